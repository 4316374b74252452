import { useEffect, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import type { View } from "./api.js";
import { Blocks } from "./blocks/Blocks.js";
import { Dialog } from "./Dialog.js";
import { FormContext, inputsOf, type Forms, type Values } from "./forms.js";

/** The app's Home tab of one person. */
export function HomeTab({ view }: { view: View | null }): ReactNode {
  return (
    <div className="home" data-testid="home" role="region" aria-label="Home tab of Balance Bot" tabIndex={0}>
      <h2 className="unseen">Home</h2>
      {view ? (
        <Blocks blocks={view.payload.blocks} place={{ view: view.id }} />
      ) : (
        <p className="empty">Balance Bot has published nothing here yet.</p>
      )}
    </div>
  );
}

interface Props {
  view: View;
  forms: Forms;
  /** Whether it lies on another modal, which is seen again when it is closed. */
  isPushed: boolean;
  problem: string;
  onSubmit: (values: Values) => Promise<void>;
  onClose: () => void;
  onCloseAll: () => void;
}

/** The topmost modal that the app opened for one person. */
export function Modal({ view, forms, isPushed, problem, onSubmit, onClose, onCloseAll }: Props): ReactNode {
  const label = (name: string) => (view.payload[name] as { text: string } | undefined)?.text;
  const title = label("title") ?? "";
  const submit = label("submit");
  const close = label("close") ?? (isPushed ? "Back" : submit ? "Cancel" : "Close");
  const form = forms.of(view);
  const body = useRef<HTMLDivElement>(null);
  const [isSending, setSending] = useState(false);
  const [attempts, setAttempts] = useState(0);
  const hasFields = inputsOf(view).length > 0;

  // Runs after the dialog's own effect, which focuses the first button.
  useLayoutEffect(() => {
    const wanted = inputsOf(view).find(({ element }) => element["focus_on_load"]) ?? inputsOf(view)[0];
    if (wanted) focusField(body.current, wanted.block_id);
  }, [hasFields]);
  useEffect(() => {
    const wrong = inputsOf(view).find(({ block_id }) => block_id in form.errors);
    if (attempts > 0 && wrong) focusField(body.current, wrong.block_id);
  }, [attempts]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (isSending) return;
    const values = forms.check(view);
    if (values) {
      setSending(true);
      await onSubmit(values);
      forms.answered(view);
      setSending(false);
    }
    setAttempts((before) => before + 1);
  };
  return (
    <Dialog label={title} className="modal" testId="modal" onClose={onClose}>
      <form className="form" noValidate aria-busy={isSending} onSubmit={(event) => void send(event)}>
        <header>
          <h2>{title}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={onCloseAll}>✕</button>
        </header>
        {problem && <p className="problem" role="alert">{problem}</p>}
        <div ref={body} className="dialog-body" tabIndex={0} role="region" aria-label={`Content of ${title}`}>
          <FormContext value={form}>
            <Blocks blocks={view.payload.blocks} place={{ view: view.id }} />
          </FormContext>
        </div>
        <footer>
          <button type="button" className="button" data-testid="modal-close" onClick={onClose}>{close}</button>
          {submit && <button type="submit" className="button primary" aria-busy={isSending} data-testid="modal-submit">{submit}</button>}
        </footer>
      </form>
    </Dialog>
  );
}

function focusField(body: HTMLElement | null, blockId: string): void {
  const field = body?.querySelector<HTMLElement>(`[data-testid="field-${CSS.escape(blockId)}"]`);
  (field?.getAttribute("role") === "radiogroup" ? field.querySelector("input") : field)?.focus();
}
