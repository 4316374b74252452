// What the bot may send where, in Slack's own types. They allow any block in a view, known or not; this does not.
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
