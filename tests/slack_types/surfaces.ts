// What the bot may send where, in Slack's own types, which allow any block in a view; these do not.
import type { HomeView, KnownBlock, ModalView, TableBlock } from "@slack/types";

export type Message = KnownBlock[];

// Slack documents the table for messages only.
type ViewBlock = Exclude<KnownBlock, TableBlock>;

export interface Home extends HomeView {
  blocks: ViewBlock[];
}

export interface Modal extends ModalView {
  blocks: ViewBlock[];
}

// tsc must refuse both; with Slack's types alone it would accept them.
// @ts-expect-error
export const tableOnHome: Home = { type: "home", blocks: [{ type: "table", rows: [] }] };
// @ts-expect-error
export const unknownOnHome: Home = { type: "home", blocks: [{ type: "rule" }] };
