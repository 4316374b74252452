import type { ReactNode } from "react";
import type { Message } from "./api.js";
import { Blocks, Mrkdwn } from "./blocks/Blocks.js";

interface Props {
  message: Message;
  replies?: number;
  /** A reply in a thread that is also shown in the channel. */
  isBroadcast?: boolean;
  onOpenThread?: () => void;
  onShowJson: () => void;
}

const SENDERS = { bot: "Balance Bot", slackbot: "Slackbot" };

/** One message in a channel or a thread. */
export function MessageRow({ message, replies = 0, isBroadcast = false, onOpenThread, onShowJson }: Props): ReactNode {
  const sender = SENDERS[message.sender];
  const at = new Date(Number(message.ts) * 1000); // an edited message keeps its time
  return (
    <article
      className={`message ${message.is_private ? "private" : ""}`}
      aria-label={`${sender}, ${clockTime(at)}${message.is_private ? ", only visible to you" : ""}`}
      data-testid="message"
      data-ts={message.ts}
      data-private={message.is_private}
    >
      <BotPicture sender={message.sender} />
      <div className="message-body">
        {message.is_private && (
          <p className="only-you">
            <Eye /> Only visible to you
          </p>
        )}
        <p className="sender">
          <strong>{sender}</strong> <span className="app-badge">APP</span>{" "}
          <time dateTime={at.toISOString()} title={at.toLocaleString()}>{clockTime(at)}</time>
        </p>
        {isBroadcast && (
          <button type="button" className="replied" data-testid="open-thread" onClick={onOpenThread}>replied to a thread</button>
        )}
        {message.blocks.length > 0 ? (
          <Blocks blocks={message.blocks} place={{ message: message.ts }} />
        ) : (
          <Mrkdwn text={message.text} />
        )}
        {replies > 0 && onOpenThread && (
          <button type="button" className="thread-link" data-testid="open-thread" onClick={onOpenThread}>
            {replies === 1 ? "1 reply" : `${replies} replies`} <span>View thread</span>
          </button>
        )}
      </div>
      <button type="button" className="message-tool" aria-label="Show the JSON of this message" title="Show the JSON" onClick={onShowJson}>
        {"{ }"}
      </button>
    </article>
  );
}

export function BotPicture({ sender = "bot" }: { sender?: Message["sender"] }): ReactNode {
  return (
    <svg className="picture" viewBox="0 0 36 36" aria-hidden="true">
      <rect width="36" height="36" rx="7" fill={sender === "bot" ? "#1d7a5f" : "#611f69"} />
      {sender === "bot" ? (
        <g fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round">
          <path d="M18 9v18M12.5 27h11M9 12.5h18" />
          <path d="m9 12.5-3 7.5a3.4 3.4 0 0 0 6.4 0ZM27 12.5l-3 7.5a3.4 3.4 0 0 0 6.4 0Z" />
        </g>
      ) : (
        <path d="M9 18.5c0-5 4-8.5 9-8.5s9 3.5 9 8.5-4 8-9 8-9-3-9-8Zm5-1v2m8-2v2" fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      )}
    </svg>
  );
}

export function clockTime(at: Date): string {
  return at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

function Eye(): ReactNode {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10s-3 5.5-8.2 5.5S1.8 10 1.8 10Z" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="10" cy="10" r="2.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
