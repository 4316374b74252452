import { createContext } from "react";
import type { Block, Json, Place } from "./api.js";

/** Press a button that is in a block of the message or view `place`. */
export type Press = (place: Place, block: Block, button: Json) => Promise<void>;

export const PressContext = createContext<Press>(async () => undefined);
