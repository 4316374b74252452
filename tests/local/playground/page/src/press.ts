import { createContext } from "react";
import type { Json, Place } from "./api.js";

/** Press a button of the message or view `place`. */
export type Press = (place: Place, button: Json) => Promise<void>;

export const PressContext = createContext<Press>(async () => undefined);
