import { useState, type KeyboardEvent, type ReactNode } from "react";
import type { Json, Service, State, LoggedRequest } from "./api.js";
import { clockTime } from "./MessageRow.js";

const TABS = ["Switches", "Requests", "JSON"] as const;
export type Tab = (typeof TABS)[number];

interface Props {
  state: State;
  tab: Tab;
  json: Json | null;
  onTab: (tab: Tab) => void;
  onAct: (action: string, details: Json) => void;
}

/** A panel with switches for faults, the schedule, all requests, and the JSON of a message. */
export function BehindTheScenes({ state, tab, json, onTab, onAct }: Props): ReactNode {
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = by && TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    if (!next) return;
    onTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  // A new key scrolls the panel to the top and resets the Copy button.
  const shown = tab === "JSON" ? JSON.stringify(json) : tab;
  return (
    <>
      <div className="tabs" role="tablist" aria-label="Behind the scenes" onKeyDown={step}>
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`tab-${each}`}
            aria-selected={tab === each}
            aria-controls="tab-panel"
            tabIndex={tab === each ? 0 : -1}
            onClick={() => onTab(each)}
          >
            {each}
          </button>
        ))}
      </div>
      <div key={shown} id="tab-panel" className="panel-body" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === "Switches" && <Switches state={state} onAct={onAct} />}
        {tab === "Requests" && <Requests requests={state.requests} />}
        {tab === "JSON" && <ShownJson json={json} />}
      </div>
    </>
  );
}

function Switches({ state, onAct }: Pick<Props, "state" | "onAct">): ReactNode {
  return (
    <>
      <h3>Faults</h3>
      {state.services.map((service) => (
        <FaultSwitch key={service.id} service={service} onTurn={(fault) => onAct("fault", { service: service.id, fault })} />
      ))}
      <RefuseBlocks isOn={state.refuses_blocks} onTurn={(is_on) => onAct("refuse_blocks", { is_on })} />
      {!state.day && (
        <>
          <h3>The schedule</h3>
          <p>In AWS the digest is posted on a schedule. Here you post it.</p>
          <button type="button" className="button primary" data-testid="fire-schedule" onClick={() => onAct("schedule", {})}>Fire the schedule</button>
        </>
      )}
    </>
  );
}

function RefuseBlocks({ isOn, onTurn }: { isOn: boolean; onTurn: (isOn: boolean) => void }): ReactNode {
  const [shown, turn] = useTurned(isOn, onTurn);
  return (
    <label className="check">
      <input type="checkbox" role="switch" checked={shown} data-testid="refuse-blocks" onChange={(event) => turn(event.target.checked)} />
      <span>Slack refuses every message with blocks</span>
    </label>
  );
}

/** Shows the new position of a switch until the server's `value` has caught up. */
function useTurned<T>(value: T, onTurn: (next: T) => void): [T, (next: T) => void] {
  const [turned, setTurned] = useState<{ from: T; to: T } | null>(null);
  const turn = (to: T) => {
    setTurned({ from: value, to });
    onTurn(to);
  };
  return [turned?.from === value ? turned.to : value, turn];
}

function FaultSwitch({ service, onTurn }: { service: Service; onTurn: (fault: string) => void }): ReactNode {
  const [shown, turn] = useTurned(service.fault ?? "", onTurn);
  const current = service.faults.find(({ fault }) => fault === shown);
  return (
    <div className={`fault ${current ? "broken" : ""}`}>
      <label htmlFor={`fault-${service.id}`}>{service.name}</label>
      <select
        id={`fault-${service.id}`}
        data-testid={`fault-${service.id}`}
        value={shown}
        aria-describedby={`meaning-${service.id}`}
        onChange={(event) => turn(event.target.value)}
      >
        <option value="">works</option>
        {service.faults.map(({ fault }) => <option key={fault} value={fault}>{fault.replaceAll("_", " ")}</option>)}
      </select>
      <small id={`meaning-${service.id}`}>{current?.meaning}</small>
    </div>
  );
}

function Requests({ requests }: { requests: LoggedRequest[] }): ReactNode {
  if (requests.length === 0) return <p className="empty">No requests yet. Type /balance USD.</p>;
  return (
    <>
      <p>The requests that were sent, newest first. Signatures, tokens and response URLs are masked.</p>
      <ul className="requests">
        {requests.toReversed().map((request) => <li key={request.id}><OneRequest request={request} /></li>)}
      </ul>
    </>
  );
}

function OneRequest({ request }: { request: LoggedRequest }): ReactNode {
  return (
    <details data-testid="request" data-service={request.service}>
      <summary>
        <span className={`service ${request.service}`}>{request.service}</span>
        <span className="route">{request.method} {request.path}</span>
        <time dateTime={request.at}>{clockTime(new Date(request.at))}</time>
      </summary>
      <dl>
        {Object.entries(request.headers).map(([name, value]) => (
          <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
        ))}
      </dl>
      <pre tabIndex={0}>{pretty(request.body)}</pre>
    </details>
  );
}

function ShownJson({ json }: { json: Json | null }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  if (!json) return <p className="empty">Choose {"{ }"} next to a message, or open the Home tab.</p>;
  const text = JSON.stringify(json, null, 2);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <>
      <p className="json-head">
        <span>What the bot sent to Slack. You can paste the blocks into Block Kit Builder.</span>
        <button type="button" className="button small" onClick={() => void copy()}>{isCopied ? "Copied" : "Copy"}</button>
      </p>
      <pre tabIndex={0} data-testid="json">{text}</pre>
    </>
  );
}

/** Indents JSON, also in a field of a form; leaves anything else as it is. */
function pretty(body: string): string {
  return indented(body) ?? body.replace(/^(\w+) = (\{.*\})$/gm, (line, name, value) => `${name} = ${indented(value) ?? line}`);
}

function indented(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
