import { useContext, useId, type KeyboardEvent, type ReactNode } from "react";
import { FormContext, type InputBlock, type Value } from "../forms.js";
import { WorkspaceContext } from "./Blocks.js";

type Text = { text: string };
type Option = { text: Text; value: string; description?: Text };
type Element = InputBlock["element"] & {
  placeholder?: Text;
  multiline?: boolean;
  options?: Option[];
};

interface FieldProps {
  element: Element;
  value: Value;
  onFill: (value: Value) => void;
  /** The attributes that tie a control to its label, hint and error. */
  control: {
    id: string;
    "data-testid": string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean;
    "aria-required": boolean;
  };
}

/** A field of a form, with its label, its hint and its error. */
export function Input({ block }: { block: InputBlock }): ReactNode {
  const form = useContext(FormContext);
  const id = useId();
  if (!form) return <code className="undrawn">input</code>;
  const element = block.element as Element;
  const Field = FIELDS[element.type];
  if (!Field) return <code className="undrawn">{element.type}</code>;
  const error = form.errors[block.block_id];
  const described = [error && `${id}error`, block.hint && `${id}hint`].filter(Boolean).join(" ");
  const label = <>{block.label.text}{block.optional && <span className="optional"> (optional)</span>}</>;
  const control = {
    id,
    "data-testid": `field-${block.block_id}`,
    "aria-describedby": described || undefined,
    "aria-invalid": error !== undefined,
    "aria-required": !block.optional,
  };
  const field = <Field element={element} value={form.values[block.block_id] ?? null} onFill={(value) => form.fill(block.block_id, value)} control={control} />;
  const notes = (
    <>
      {error && <p id={`${id}error`} className="field-error" data-testid={`error-${block.block_id}`}>{error}</p>}
      {block.hint && <p id={`${id}hint`} className="field-hint">{block.hint.text}</p>}
    </>
  );
  if (element.type === "radio_buttons") {
    return (
      <div {...control} className={`field ${error ? "invalid" : ""}`} role="radiogroup" aria-labelledby={`${id}label`}>
        <span id={`${id}label`} className="field-label">{label}</span>
        {field}
        {notes}
      </div>
    );
  }
  return (
    <div className={`field ${error ? "invalid" : ""}`}>
      <label htmlFor={id} className="field-label">{label}</label>
      {field}
      {notes}
    </div>
  );
}

function TextField({ element, value, onFill, control }: FieldProps): ReactNode {
  const own = { ...control, value: String(value ?? ""), placeholder: element.placeholder?.text, autoComplete: "off" };
  if (!element.multiline) return <input {...own} type="text" onChange={(event) => onFill(event.target.value)} />;
  // As in Slack, Enter begins a new line here, and submits together with Ctrl or ⌘.
  const submit = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
  };
  return <textarea {...own} rows={3} onKeyDown={submit} onChange={(event) => onFill(event.target.value)} />;
}

function Menu({ element, value, onFill, control, choices }: FieldProps & { choices: { value: string; text: string }[] }): ReactNode {
  return (
    <select {...control} className={value === null ? "nothing" : ""} value={String(value ?? "")} onChange={(event) => onFill(event.target.value || null)}>
      <option value="">{element.placeholder?.text ?? "Choose an option"}</option>
      {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.text}</option>)}
    </select>
  );
}

function StaticSelect(props: FieldProps): ReactNode {
  return <Menu {...props} choices={(props.element.options ?? []).map(({ text, value }) => ({ value, text: text.text }))} />;
}

function UsersSelect(props: FieldProps): ReactNode {
  const { people, names } = useContext(WorkspaceContext);
  const choices = people.map(({ id, name }) => ({ value: id, text: name }));
  return <Menu {...props} choices={withChosen(choices, props.value, (id) => names[id] ?? id)} />;
}

function ConversationsSelect(props: FieldProps): ReactNode {
  const { channels } = useContext(WorkspaceContext);
  const choices = channels.filter(({ is_direct }) => !is_direct).map(({ id, name }) => ({ value: id, text: `# ${name}` }));
  return <Menu {...props} choices={withChosen(choices, props.value, (id) => id)} />;
}

/** What is chosen already can be somebody whom the page does not list. */
function withChosen(choices: { value: string; text: string }[], value: Value, name: (id: string) => string) {
  if (typeof value !== "string" || choices.some((choice) => choice.value === value)) return choices;
  return [...choices, { value, text: name(value) }];
}

function RadioButtons({ element, value, onFill }: FieldProps): ReactNode {
  const group = useId();
  return (element.options ?? []).map((option) => (
    <label key={option.value} className="radio">
      <input type="radio" name={group} value={option.value} checked={value === option.value} onChange={() => onFill(option.value)} />
      <span>
        {option.text.text}
        {option.description && <small>{option.description.text}</small>}
      </span>
    </label>
  ));
}

function DateTime({ value, onFill, control }: FieldProps): ReactNode {
  const change = (typed: string) => onFill(typed ? Math.round(new Date(typed).getTime() / 1000) : null);
  return <input {...control} type="datetime-local" value={typeof value === "number" ? localTime(value) : ""} onChange={(event) => change(event.target.value)} />;
}

/** `2026-11-30T08:15` in the time zone of the browser. */
function localTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const FIELDS: { [type: string]: (props: FieldProps) => ReactNode } = {
  plain_text_input: TextField,
  static_select: StaticSelect,
  radio_buttons: RadioButtons,
  users_select: UsersSelect,
  conversations_select: ConversationsSelect,
  datetimepicker: DateTime,
};
