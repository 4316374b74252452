import { useCallback, useState, type ReactNode } from "react";
import { act, type Json, type Message, type State } from "./api.js";
import { BehindTheScenes, type Tab } from "./BehindTheScenes.js";
import { WorkspaceContext } from "./blocks/Blocks.js";
import { ChannelMessages, Thread } from "./Channel.js";
import { Composer } from "./Composer.js";
import { DayControls } from "./DayControls.js";
import { useForms, type Values } from "./forms.js";
import { useLive } from "./live.js";
import { PressContext, type Press } from "./press.js";
import { HOME, Sidebar } from "./Sidebar.js";
import { useTheme, type Theme } from "./theme.js";
import { HomeTab, Modal } from "./Views.js";

type Panel = { kind: "none" } | { kind: "scenes" } | { kind: "thread"; ts: string };

export function App(): ReactNode {
  const [user, setUser] = useState<string | null>(null);
  const { state, isConnected, refresh } = useLive(user);
  const [theme, toggleTheme] = useTheme();
  if (!state) return <p className="loading" role="status">{isConnected ? "Opening the playground…" : "The playground is not running. Start it with make playground."}</p>;
  const person = user ?? state.user;
  // Show nothing of the previous person's state until the new person's state has arrived.
  const seen = state.user === person ? state : { ...state, messages: [], home: null, modals: [] };
  return (
    <WorkspaceContext value={{ names: state.names, channels: state.channels, people: state.people, theme }}>
      {!isConnected && <p className="offline" role="alert">The playground has stopped. Start it again with make playground.</p>}
      <Workspace state={seen} user={person} theme={theme} onTheme={toggleTheme} onSwitch={setUser} onRefresh={refresh} />
    </WorkspaceContext>
  );
}

interface Props {
  state: State;
  user: string;
  theme: Theme;
  onTheme: () => void;
  onSwitch: (user: string) => void;
  onRefresh: () => Promise<void>;
}

/** The workspace as one person sees it. */
function Workspace({ state, user, theme, onTheme, onSwitch, onRefresh }: Props): ReactNode {
  const [place, setPlace] = useState(state.channels[0]?.id ?? HOME);
  const [panel, setPanel] = useState<Panel>({ kind: "none" });
  const [tab, setTab] = useState<Tab>("Switches");
  const [chosen, setChosen] = useState<string | null>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [problem, setProblem] = useState("");
  const forms = useForms();

  const perform = useCallback(async (action: string, details: Json) => {
    try {
      await act(action, details);
      setProblem("");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }, []);
  const switchTo = (next: string) => {
    onSwitch(next);
    setMenuOpen(false);
    setPanel((now) => (now.kind === "thread" ? { kind: "none" } : now));
    if (place === HOME) void perform("home", { user: next });
  };
  const modal = state.modals.at(-1);
  const press: Press = (at, block, button) => {
    const values = modal && "view" in at && at.view === modal.id ? forms.of(modal).values : {};
    return perform("press", { user, at, action_id: button["action_id"] ?? "", block_id: block["block_id"] ?? "", values });
  };
  const submit = async (view: string, values: Values) => {
    await perform("submit", { user, view, values });
    await onRefresh().catch(() => undefined); // the page says when the playground has stopped
  };
  const go = (next: string) => {
    setPlace(next);
    setMenuOpen(false);
    setPanel((now) => (now.kind === "thread" ? { kind: "none" } : now));
    if (next === HOME) void perform("home", { user });
  };
  const showJson = (message: Message) => {
    setChosen(message.ts);
    setTab("JSON");
    setPanel({ kind: "scenes" });
  };

  const channel = state.channels.find(({ id }) => id === place);
  const here = state.messages.filter((message) => message.channel === place);
  const person = state.people.find(({ id }) => id === user);
  if (!person) return null;
  return (
    <PressContext value={press}>
      <div className={`app ${panel.kind === "none" ? "" : "with-panel"}`}>
        <Sidebar channels={state.channels} people={state.people} user={person} place={place} isOpen={isMenuOpen} onGo={go} onSwitch={switchTo} />
        <main>
          <header className="top">
            <button type="button" className="icon menu" aria-label="Menu" aria-expanded={isMenuOpen} aria-controls="sidebar" onClick={() => setMenuOpen(!isMenuOpen)}>☰</button>
            <h1>{channel ? <>{!channel.is_direct && <span aria-hidden="true"># </span>}{channel.name}</> : "Balance Bot"}</h1>
            <p className="topic">{channel?.topic ?? "Home"}</p>
            <button type="button" className="icon" aria-label={theme === "dark" ? "Light theme" : "Dark theme"} data-testid="theme" onClick={onTheme}>{theme === "dark" ? <Sun /> : <Moon />}</button>
            <button
              type="button"
              className="button small scenes-button"
              aria-expanded={panel.kind === "scenes"}
              aria-controls="panel"
              data-testid="scenes"
              onClick={() => setPanel(panel.kind === "scenes" ? { kind: "none" } : { kind: "scenes" })}
            >
              Behind the scenes
            </button>
          </header>
          {state.day && <DayControls day={state.day} onAct={perform} />}
          {problem && !modal && <p className="problem" role="alert">{problem}</p>}
          {channel ? (
            <>
              <ChannelMessages channel={channel} messages={here} onOpenThread={(ts) => setPanel({ kind: "thread", ts })} onShowJson={showJson} />
              {!channel.is_direct && <Composer key={channel.id} channel={channel} onCommand={(text) => perform("command", { user, channel: channel.id, text })} />}
            </>
          ) : (
            <HomeTab view={state.home} />
          )}
        </main>
        {panel.kind !== "none" && (
          <aside id="panel" className="panel" aria-label={panel.kind === "thread" ? "Thread" : "Behind the scenes"} data-testid="panel">
            <header>
              <h2>{panel.kind === "thread" ? "Thread" : "Behind the scenes"}</h2>
              <button type="button" className="icon" aria-label="Close the panel" onClick={() => setPanel({ kind: "none" })}>✕</button>
            </header>
            {panel.kind === "thread" ? (
              <Thread messages={here} ts={panel.ts} onShowJson={showJson} />
            ) : (
              <BehindTheScenes state={state} tab={tab} json={jsonOf(state, place, chosen)} onTab={setTab} onAct={(action, details) => void perform(action, details)} />
            )}
          </aside>
        )}
        {modal && (
          <Modal
            key={modal.id}
            view={modal}
            forms={forms}
            isPushed={state.modals.length > 1}
            problem={problem}
            onSubmit={(values) => submit(modal.id, values)}
            onClose={() => void perform("close_modal", { user })}
            onCloseAll={() => void perform("close_all_modals", { user })}
          />
        )}
      </div>
    </PressContext>
  );
}

/** The JSON that the bot sent for the open Home tab, for the chosen message, or for the newest one. */
function jsonOf(state: State, place: string, chosen: string | null): Json | null {
  if (place === HOME) return state.home?.payload ?? null;
  const here = state.messages.filter((message) => message.channel === place);
  return (here.find(({ ts }) => ts === chosen) ?? here.at(-1))?.payload ?? null;
}

function Moon(): ReactNode {
  return <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M16.5 12.3A7 7 0 0 1 7.7 3.5a7 7 0 1 0 8.8 8.8Z" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" /></svg>;
}

function Sun(): ReactNode {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
      <circle cx="10" cy="10" r="3.6" />
      <path d="M10 1.8v1.8M10 16.4v1.8M1.8 10h1.8M16.4 10h1.8M4.2 4.2l1.3 1.3M14.5 14.5l1.3 1.3M4.2 15.8l1.3-1.3M14.5 5.5l1.3-1.3" />
    </svg>
  );
}
