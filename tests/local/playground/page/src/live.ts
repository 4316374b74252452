import { useCallback, useEffect, useState } from "react";
import { fetchState, waitForChange, type State } from "./api.js";

const RETRY_MS = 2000;
const REFRESH_MS = 10_000;

interface Followed {
  state: State | null;
  isConnected: boolean;
}

export interface Live extends Followed {
  /** Ask for the state now, instead of waiting for the news that it has changed. */
  refresh: () => Promise<void>;
}

/** The state that `user` sees, kept up to date while the page is open. */
export function useLive(user: string | null): Live {
  const [live, setLive] = useState<Followed>({ state: null, isConnected: true });
  useEffect(() => {
    const stop = new AbortController();
    void follow(user, stop.signal, setLive);
    return () => stop.abort();
  }, [user]);
  const refresh = useCallback(async () => {
    const state = await fetchState(user, AbortSignal.timeout(REFRESH_MS));
    setLive(() => ({ state, isConnected: true }));
  }, [user]);
  return { ...live, refresh };
}

async function follow(user: string | null, signal: AbortSignal, show: (update: (live: Followed) => Followed) => void) {
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
