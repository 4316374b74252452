import type { ReactNode } from "react";
import type { Channel, Person } from "./api.js";
import { BotPicture } from "./MessageRow.js";

export const HOME = "home";

interface Props {
  channels: Channel[];
  people: Person[];
  user: Person;
  place: string;
  isOpen: boolean;
  onGo: (place: string) => void;
  onSwitch: (user: string) => void;
}

/** The channels and the Home tab, and the person who looks at them. */
export function Sidebar({ channels, people, user, place, isOpen, onGo, onSwitch }: Props): ReactNode {
  const item = (id: string, label: ReactNode, testId: string) => (
    <li key={id}>
      <button type="button" aria-current={place === id ? "page" : undefined} data-testid={testId} onClick={() => onGo(id)}>{label}</button>
    </li>
  );
  return (
    <nav id="sidebar" className={`sidebar ${isOpen ? "open" : ""}`} aria-label="Workspace">
      <p className="workspace">Example <small>playground</small></p>
      <h2>Channels</h2>
      <ul>{channels.filter(({ is_direct }) => !is_direct).map(({ id, name }) => item(id, <><span aria-hidden="true">#</span> {name}</>, `channel-${name}`))}</ul>
      <h2>Apps</h2>
      <ul>
        {item(HOME, <><BotPicture /> Balance Bot</>, "home-tab")}
        {channels.filter(({ is_direct }) => is_direct).map(({ id, name }) => item(id, <><BotPicture /> {name}</>, "messages-tab"))}
      </ul>
      <div className="who">
        <label htmlFor="who">You are</label>
        <select id="who" value={user.id} data-testid="user" onChange={(event) => onSwitch(event.target.value)}>
          {people.map(({ id, name, role }) => <option key={id} value={id}>{`${name} · ${role}`}</option>)}
        </select>
        <code>{user.id}</code>
      </div>
    </nav>
  );
}
