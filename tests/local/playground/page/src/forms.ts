import { createContext, useCallback, useState } from "react";
import type { Block, Json, View } from "./api.js";

/** The text, the `value` of an option, an ID, or seconds since 1970; null for an empty field. */
export type Value = string | number | null;
export type Values = { [blockId: string]: Value };

/** What is filled into the fields of one view. */
export interface Form {
  viewId: string;
  values: Values;
  errors: { [blockId: string]: string };
  fill: (blockId: string, value: Value) => void;
}

export const FormContext = createContext<Form | null>(null);

export type InputBlock = Block & {
  block_id: string;
  label: { text: string };
  hint?: { text: string };
  optional?: boolean;
  element: Json & { type: string; action_id: string };
};

export function inputsOf(view: View): InputBlock[] {
  return view.payload.blocks.filter(({ type }) => type === "input") as InputBlock[];
}

interface Filled {
  values: Values;
  /** What the page itself found; the bot has not seen it. */
  problems: { [blockId: string]: string };
  /** The fields whose errors are out of date, because they were changed since. */
  changed: string[];
}

const NOTHING: Filled = { values: {}, problems: {}, changed: [] };

export interface Forms {
  of: (view: View) => Form;
  /** The values to send; null when a field cannot be sent as it is, which then shows why. */
  check: (view: View) => Values | null;
  /** The view has the bot's errors now. */
  answered: (view: View) => void;
}

/**
 * What a person has filled into the open views. It stays as long as the view has the same fields, whatever else is drawn
 * in the meantime.
 */
export function useForms(): Forms {
  const [filled, setFilled] = useState<{ [viewId: string]: Filled }>({});
  const change = useCallback((viewId: string, by: (before: Filled) => Filled) => {
    setFilled((all) => ({ ...all, [viewId]: by(all[viewId] ?? NOTHING) }));
  }, []);
  const valuesOf = (view: View): Values => {
    const typed = filled[view.id]?.values ?? {};
    return Object.fromEntries(inputsOf(view).map((block) => [block.block_id, valueOf(view, block, typed)]));
  };
  return {
    of: (view) => {
      const { problems, changed } = filled[view.id] ?? NOTHING;
      const errors = Object.entries({ ...view.errors, ...problems }).filter(([blockId]) => !changed.includes(blockId));
      return {
        viewId: view.id,
        values: valuesOf(view),
        errors: Object.fromEntries(errors),
        fill: (blockId, value) => {
          const block = inputsOf(view).find((each) => each.block_id === blockId);
          if (!block) return;
          change(view.id, (before) => ({
            ...before,
            values: { ...before.values, [keyOf(block)]: value },
            changed: [...before.changed, blockId],
          }));
        },
      };
    },
    check: (view) => {
      const values = valuesOf(view);
      const problems: { [blockId: string]: string } = {};
      for (const block of inputsOf(view)) {
        const problem = problemOf(block, values[block.block_id] ?? null);
        if (problem) problems[block.block_id] = problem;
      }
      change(view.id, (before) => ({ ...before, problems, changed: before.changed.filter((id) => !(id in problems)) }));
      return Object.keys(problems).length > 0 ? null : values;
    },
    answered: (view) => change(view.id, (before) => ({ ...before, changed: [] })),
  };
}

/** Slack keeps what was entered when a view is updated to one that has a field with the same two ids. */
function keyOf(block: InputBlock): string {
  return JSON.stringify([block.block_id, block.element.action_id]);
}

function valueOf(view: View, block: InputBlock, typed: Values): Value {
  const entered = typed[keyOf(block)];
  return entered === undefined ? (view.values[block.block_id] ?? null) : entered;
}

function problemOf(block: InputBlock, value: Value): string | null {
  if (value === null || value === "") return block.optional ? null : "Please complete this required field.";
  const { min_length: fewest = 0, max_length: most = 3000 } = block.element as { min_length?: number; max_length?: number };
  if (block.element.type !== "plain_text_input" || typeof value !== "string") return null;
  if (value.length > most) return `At most ${most} characters, please.`;
  return value.length < fewest ? `At least ${fewest} characters, please.` : null;
}
