import { createContext } from "react";
import type { Json, Place } from "./api.js";

/** Press a button that stands at `place`. */
export type Press = (place: Place, button: Json) => Promise<void>;

export const PressContext = createContext<Press>(async () => undefined);
