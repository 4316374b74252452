/** The API of the playground's server; see tests/local/playground. */

/** A block, an element or a text object of Block Kit, as the bot sent it. */
export type Json = { [name: string]: unknown };
export type Block = Json & { type: string };

export interface Person {
  id: string;
  name: string;
  role: string;
}

export interface Channel {
  id: string;
  name: string;
  topic: string;
  /** The messages of the bot to one person. */
  is_direct: boolean;
}

export interface Message {
  ts: string;
  channel: string;
  thread_ts: string | null;
  sender: "bot" | "slackbot";
  at: string;
  is_private: boolean;
  text: string;
  blocks: Block[];
  payload: Json;
}

export interface View {
  id: string;
  payload: Json & { blocks: Block[] };
  /** What the fields hold at first, and the errors that they show, by block_id. */
  values: { [blockId: string]: string | number | null };
  errors: { [blockId: string]: string };
}

/** A day that is played; `about` says what happens. */
export interface Day {
  now: string;
  is_playing: boolean;
  is_over: boolean;
  about: string;
}

export interface Service {
  id: string;
  name: string;
  fault: string | null;
  faults: { fault: string; meaning: string }[];
}

export interface LoggedRequest {
  id: string;
  at: string;
  service: string;
  method: string;
  path: string;
  headers: { [name: string]: string };
  body: string;
}

export interface State {
  revision: string;
  /** The person who sees this state. */
  user: string;
  people: Person[];
  /** The names that mentions show, by user ID. */
  names: { [id: string]: string };
  channels: Channel[];
  messages: Message[];
  home: View | null;
  /** The topmost one is the last. */
  modals: View[];
  day: Day | null;
  services: Service[];
  refuses_blocks: boolean;
  requests: LoggedRequest[];
}

/** The message or view of a pressed button. */
export type Place = { message: string } | { view: string };

/** Everything that one person sees now. */
export async function fetchState(user: string | null, signal: AbortSignal): Promise<State> {
  const query = user ? `?user=${encodeURIComponent(user)}` : "";
  return (await answered(await fetch(`/api/state${query}`, { signal }))) as State;
}

/** Wait for a change since `revision`, for at most half a minute. */
export async function waitForChange(revision: string, signal: AbortSignal): Promise<void> {
  await answered(await fetch(`/api/changes?since=${encodeURIComponent(revision)}`, { signal }));
}

/** Perform an action as a person; throws the server's message when it is refused. */
export async function act(action: string, details: Json): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  await answered(await fetch(`/api/${action}`, { method: "POST", headers, body: JSON.stringify(details) }));
}

async function answered(response: Response): Promise<unknown> {
  const document = (await response.json()) as Json;
  if (!response.ok) throw new Error(String(document["error"] ?? response.statusText));
  return document;
}
