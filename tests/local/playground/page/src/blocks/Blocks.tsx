import { Component, createContext, useContext, type ReactNode } from "react";
import { Message, type Block as PackageBlock, type MessageProps } from "slack-blocks-to-jsx";
import type { Block, Channel, Json, Person, Place } from "../api.js";
import type { InputBlock } from "../forms.js";
import type { Theme } from "../theme.js";
import { Actions } from "./Actions.js";
import { drawnEmoji } from "./Emoji.js";
import { Input } from "./Input.js";
import { Table } from "./Table.js";

export interface Workspace {
  names: { [id: string]: string };
  channels: Channel[];
  people: Person[];
  theme: Theme;
}

export const WorkspaceContext = createContext<Workspace>({ names: {}, channels: [], people: [], theme: "light" });

// The block types that the package draws; it silently leaves out all others.
const DRAWN_BY_PACKAGE = new Set([
  "section", "divider", "image", "context", "header", "rich_text", "video", "markdown", "alert", "card", "container", "data_visualization",
]);

/** Blocks as Slack shows them. The buttons of `place` can be pressed. */
export function Blocks({ blocks, place }: { blocks: Block[]; place: Place }): ReactNode {
  return blocks.map((block, index) => (
    <Guard key={block.type === "input" ? `${block["block_id"]}` : `${index} ${JSON.stringify(block)}`} type={block.type}>
      <OneBlock block={block} place={place} />
    </Guard>
  ));
}

function OneBlock({ block, place }: { block: Block; place: Place }): ReactNode {
  if (block.type === "actions") return <Actions block={block} place={place} />;
  if (block.type === "input") return <Input block={block as InputBlock} />;
  if (block.type === "table") return <Table block={block} />;
  if (!DRAWN_BY_PACKAGE.has(block.type)) return <Undrawn type={block.type} />;
  return <PackageBlocks blocks={[block]} />;
}

/** Blocks that the package draws. */
export function PackageBlocks({ blocks }: { blocks: Block[] }): ReactNode {
  const { names, channels, theme } = useContext(WorkspaceContext);
  const users = Object.entries(names).map(([id, name]) => ({ id, name }));
  return (
    <Message
      blocks={blocks.map(asThePackageReads) as unknown as PackageBlock[]}
      name="Balance Bot"
      logo=""
      theme={theme}
      withoutWrapper
      data={{ users, channels } as NonNullable<MessageProps["data"]>}
      hooks={{ emoji: (emoji, parse) => drawnEmoji(emoji.name) ?? parse(emoji) }}
    />
  );
}

/** Text as mrkdwn, for messages that have no blocks. */
export function Mrkdwn({ text }: { text: string }): ReactNode {
  return <PackageBlocks blocks={[{ type: "section", text: { type: "mrkdwn", text } }]} />;
}

const ESCAPED: { [escape: string]: string } = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/**
 * The package formats nothing in `verbatim` text, where Slack only stops guessing links and names. It also unescapes text
 * before it looks for mentions, so an escaped mention would become a real one; an invisible space prevents that.
 */
function asThePackageReads<T>(value: T): T {
  if (Array.isArray(value)) return value.map(asThePackageReads) as T;
  if (typeof value !== "object" || value === null) return value;
  const { verbatim, ...kept } = value as Json;
  const read = Object.fromEntries(Object.entries(kept).map(([name, each]) => [name, asThePackageReads(each)]));
  if (read["type"] !== "mrkdwn") return read as T;
  return { ...read, text: String(read["text"]).replace(/&(?:amp|lt|gt);/g, (escape) => `${ESCAPED[escape]}\u200b`) } as T;
}

function Undrawn({ type }: { type: string }): ReactNode {
  return (
    <p className="undrawn" role="note" data-testid="undrawn">
      The playground cannot draw a block of the type <code>{type}</code>. Its JSON shows what it holds.
    </p>
  );
}

/** Contains the error when the package cannot draw a block, so that the page survives. */
class Guard extends Component<{ type: string; children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Undrawn type={this.props.type} /> : this.props.children;
  }
}
