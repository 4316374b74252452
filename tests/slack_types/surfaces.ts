// What the bot may send where, in Slack's own types, which allow any block in a view; these do not.
import type { Block, HomeView, KnownBlock, ModalView, TableBlock } from "@slack/types";

// Not in @slack/types 3.2: docs.slack.dev, "Data visualization block".
interface LineChartBlock extends Block {
  type: "data_visualization";
  title: string;
  chart: {
    type: "line";
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[]; x_label?: string; y_label?: string };
  };
}

export type Message = (KnownBlock | LineChartBlock)[];

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
