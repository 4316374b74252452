import { useEffect, useRef, type ReactNode } from "react";
import type { Channel, Message } from "./api.js";
import { MessageRow } from "./MessageRow.js";

interface Props {
  channel: Channel;
  messages: Message[];
  onOpenThread: (ts: string) => void;
  onShowJson: (message: Message) => void;
}

/** The messages of a channel, newest at the bottom. */
export function ChannelMessages({ channel, messages, onOpenThread, onShowJson }: Props): ReactNode {
  const top = messages.filter((message) => message.thread_ts === null || message.payload["reply_broadcast"]);
  const end = useEndInView(top);
  return (
    <div className="messages" role="log" aria-label={`Messages in ${channel.name}`} tabIndex={0} data-testid="messages">
      <div className="beginning">
        <h2>{channel.is_direct ? "" : "# "}{channel.name}</h2>
        <p>{channel.topic}</p>
      </div>
      {top.map((message) => (
        <MessageRow
          key={message.ts}
          message={message}
          replies={messages.filter((each) => each.thread_ts === message.ts).length}
          isBroadcast={message.thread_ts !== null}
          onOpenThread={() => onOpenThread(message.thread_ts ?? message.ts)}
          onShowJson={() => onShowJson(message)}
        />
      ))}
      <div ref={end} />
    </div>
  );
}

interface ThreadProps {
  messages: Message[];
  ts: string;
  onShowJson: (message: Message) => void;
}

/** A message and the replies below it. */
export function Thread({ messages, ts, onShowJson }: ThreadProps): ReactNode {
  const parent = messages.find((message) => message.ts === ts);
  const replies = messages.filter((message) => message.thread_ts === ts);
  const row = (message: Message) => <MessageRow key={message.ts} message={message} onShowJson={() => onShowJson(message)} />;
  return (
    <div className="thread" role="log" aria-label="Thread" tabIndex={0} data-testid="thread">
      {parent && row(parent)}
      <p className="reply-count"><span>{replies.length === 1 ? "1 reply" : `${replies.length} replies`}</span></p>
      {replies.map(row)}
    </div>
  );
}

/** Scrolls to the newest message when one arrives or is replaced. */
function useEndInView(messages: Message[]) {
  const end = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  useEffect(() => {
    void end.current?.scrollIntoView({ block: "end" }); // newer browsers return a promise
  }, [messages.length, last?.ts, last?.at]);
  return end;
}
