import { useEffect, useState } from "react";
import { fetchState, waitForChange, type State } from "./api.js";

const RETRY_MS = 2000;

export interface Live {
  state: State | null;
  isConnected: boolean;
}

/** The state that `user` sees, kept up to date while the page is open. */
export function useLive(user: string | null): Live {
  const [live, setLive] = useState<Live>({ state: null, isConnected: true });
  useEffect(() => {
    const stop = new AbortController();
    void follow(user, stop.signal, setLive);
    return () => stop.abort();
  }, [user]);
  return live;
}

async function follow(user: string | null, signal: AbortSignal, show: (update: (live: Live) => Live) => void) {
  while (!signal.aborted) {
    try {
      const state = await fetchState(user, signal);
      show(() => ({ state, isConnected: true }));
      await waitForChange(state.revision, signal);
    } catch {
      if (signal.aborted) return;
      show((live) => ({ ...live, isConnected: false }));
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
