import { useState, type ReactNode } from "react";
import type { Day, Json } from "./api.js";

interface Props {
  day: Day;
  onAct: (action: string, details: Json) => Promise<void>;
}

/** The clock of the day that is played, and what moves it. */
export function DayControls({ day, onAct }: Props): ReactNode {
  const [isStepping, setStepping] = useState(false);
  const step = async () => {
    setStepping(true);
    await onAct("step", {});
    setStepping(false);
  };
  const at = new Date(day.now);
  return (
    <div className="day" role="group" aria-label="The day that is played" data-testid="day">
      <time dateTime={day.now} data-testid="day-time" title={`${at.toISOString().slice(11, 16)} UTC`}>
        {at.toLocaleTimeString([], { weekday: "short", hour: "numeric", minute: "2-digit" })}
      </time>
      <button type="button" className="button small" disabled={day.is_over} data-testid="day-play" onClick={() => void onAct("play", { is_playing: !day.is_playing })}>
        {day.is_playing ? "❚❚ Pause" : "▶ Play"}
      </button>
      <button type="button" className="button small" disabled={day.is_over || day.is_playing} aria-busy={isStepping} data-testid="day-step" onClick={() => void step()}>
        +15 min
      </button>
      <p className="about">{day.is_over ? "The day is over. " : ""}{day.about}</p>
    </div>
  );
}
