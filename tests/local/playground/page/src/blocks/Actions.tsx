import { useContext, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type { Block, Json, Place } from "../api.js";
import { PressContext } from "../press.js";
import { Dialog } from "../Dialog.js";
import { Mrkdwn } from "./Blocks.js";

type Text = { type: string; text: string };
type Button = Json & { type: string; text: Text; action_id?: string; value?: string; style?: string; confirm?: Confirm; url?: string; accessibility_label?: string };
type Confirm = { title: Text; text: Text; confirm: Text; deny: Text; style?: string };

/** A row of buttons. The package only draws them; here they can be pressed. */
export function Actions({ block, place }: { block: Block; place: Place }): ReactNode {
  const elements = block["elements"] as Button[];
  return (
    <div className="actions" data-testid="actions">
      {elements.map((element, index) => <ActionButton key={index} block={block} button={element} place={place} />)}
    </div>
  );
}

function ActionButton({ block, button, place }: { block: Block; button: Button; place: Place }): ReactNode {
  const press = useContext(PressContext);
  const [isAsking, setAsking] = useState(false);
  const [isPressed, setPressed] = useState(false);
  if (button.type !== "button") return <code className="undrawn">{button.type}</code>;
  const doIt = async () => {
    setAsking(false);
    setPressed(true);
    await press(place, block, button);
    setPressed(false);
  };
  const look = {
    className: `button ${button.style ?? ""}`,
    "aria-label": button.accessibility_label,
    "aria-busy": isPressed,
    "data-testid": `action-${button.action_id ?? "none"}`,
  };
  // As in Slack, the bot is told, too.
  if (button.url && /^https?:/.test(button.url)) {
    return <a {...look} href={button.url} target="_blank" rel="noopener noreferrer" onClick={() => void doIt()}>{button.text.text}</a>;
  }
  return (
    <>
      <button type="button" {...look} onClick={() => (button.confirm ? setAsking(true) : void doIt())}>
        {button.text.text}
      </button>
      {isAsking && button.confirm && (
        <ConfirmDialog confirm={button.confirm} onConfirm={() => void doIt()} onDeny={() => setAsking(false)} />
      )}
    </>
  );
}

function ConfirmDialog({ confirm, onConfirm, onDeny }: { confirm: Confirm; onConfirm: () => void; onDeny: () => void }): ReactNode {
  const confirmButton = useRef<HTMLButtonElement>(null);
  // Runs after the dialog's own effect, which focuses the first button.
  useLayoutEffect(() => confirmButton.current?.focus(), []);
  return (
    <Dialog label={confirm.title.text} className="confirm" testId="confirm" onClose={onDeny}>
      <header>
        <h2>{confirm.title.text}</h2>
        <button type="button" className="icon" aria-label="Close" onClick={onDeny}>✕</button>
      </header>
      <div className="dialog-body">
        {confirm.text.type === "mrkdwn" ? <Mrkdwn text={confirm.text.text} /> : <p>{confirm.text.text}</p>}
      </div>
      <footer>
        <button type="button" className="button" data-testid="confirm-deny" onClick={onDeny}>{confirm.deny.text}</button>
        <button ref={confirmButton} type="button" className={`button ${confirm.style ?? "primary"}`} data-testid="confirm-confirm" onClick={onConfirm}>
          {confirm.confirm.text}
        </button>
      </footer>
    </Dialog>
  );
}
