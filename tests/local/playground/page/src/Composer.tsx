import { useId, useState, type FormEvent, type ReactNode } from "react";
import type { Channel } from "./api.js";

const COMMAND = "/balance";
const EXAMPLES = ["/balance USD", "/balance", "/balance AED payby", "/balance watch", "/balance help", "/balance uds"];

interface Props {
  channel: Channel;
  onCommand: (text: string) => Promise<void>;
}

/** The text field. Only the command can be typed, so Slack's other features are missing. */
export function Composer({ channel, onCommand }: Props): ReactNode {
  const [text, setText] = useState("");
  const [isWaiting, setWaiting] = useState(false);
  const [hint, setHint] = useState("");
  const hintId = useId();
  const send = async (typed: string) => {
    const [word = "", ...rest] = typed.trim().split(/\s+/);
    if (!word) return;
    if (word !== COMMAND) {
      setHint(`Only ${COMMAND} works here. Try ${COMMAND} USD.`);
      return;
    }
    setHint("");
    setText("");
    setWaiting(true);
    await onCommand(rest.join(" "));
    setWaiting(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(text);
  };
  return (
    <div className="composer-area">
      {text.startsWith("/") && COMMAND.startsWith(text.split(" ")[0] ?? "") && (
        <p className="suggestion" data-testid="suggestion">
          <strong>{COMMAND}</strong> <span>[currencies] [providers] [all] · watch · help</span>
          <small>How much money do we have, where, and can we use it?</small>
        </p>
      )}
      <form className="composer" onSubmit={submit}>
        <input
          aria-label={`Message to ${channel.name}`}
          aria-describedby={hintId}
          placeholder={`Message #${channel.name}, try ${COMMAND} USD`}
          value={text}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          data-testid="composer"
          onChange={(event) => {
            setText(event.target.value);
            setHint("");
          }}
        />
        <button type="submit" className="send" aria-label="Send" disabled={!text.trim()} data-testid="send">
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M2.5 3.2 18 10 2.5 16.8 4.6 11l7-1-7-1Z" fill="currentColor" /></svg>
        </button>
      </form>
      <div className="examples">
        {EXAMPLES.map((example) => (
          <button key={example} type="button" onClick={() => void send(example)}>{example}</button>
        ))}
        <span id={hintId} role="status" className={hint ? "hint wrong" : "hint"} data-testid="composer-hint">
          {hint || (isWaiting ? "Slack waits for the acknowledgement…" : "")}
        </span>
      </div>
    </div>
  );
}
