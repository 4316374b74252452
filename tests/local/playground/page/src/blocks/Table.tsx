import type { ReactNode } from "react";
import type { Block, Json } from "../api.js";
import { PackageBlocks } from "./Blocks.js";

type Cell = Block & { text?: string };
type Column = { align?: "left" | "center" | "right"; is_wrapped?: boolean } | null | undefined;

/** Slack's `table` block. The package's own has no header, does not scroll and fails on unknown cell types. */
export function Table({ block }: { block: Block }): ReactNode {
  const [head = [], ...rows] = block["rows"] as Cell[][];
  const columns = (block["column_settings"] ?? []) as Column[];
  const style = (column: number) => `cell ${columns[column]?.align ?? "left"} ${columns[column]?.is_wrapped ? "wrapped" : ""}`;
  return (
    <div className="table" role="group" aria-label="Table, scrolls horizontally" tabIndex={0} data-testid="table">
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col" className={style(column)}><CellContent cell={cell} /></th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column} className={style(column)}><CellContent cell={cell} /></td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellContent({ cell }: { cell: Cell }): ReactNode {
  if (cell.type === "raw_text") return cell.text;
  if (cell.type === "rich_text") return <PackageBlocks blocks={[cell]} />;
  return JSON.stringify(cell satisfies Json);
}
