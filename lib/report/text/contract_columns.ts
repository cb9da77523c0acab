/**
 * Columns that name contracts on a terminal: the id and a name, and at the end, where there is room, what else is shown.
 *
 * @module
 */
import { isNameColumn } from "../../allocator/drop/contract_columns.ts";
import { aboutColumns, type KnownContract } from "../facts/contract_about.ts";
import type { Column } from "./terminal.ts";

/** A column of caps as a heading: "brand_id" is "brand". */
export function columnTitle(column: string): string {
  return column.replace(/_id$/, "").replaceAll("_", " ").trim() || column;
}

/** A table of contracts: its columns, and the cells of a row. */
export interface ContractTable<Row> {
  /** The columns. */
  readonly columns: readonly Column[];
  /** The cells of a contract. */
  readonly cells: (contract: Row) => string[];
}

/** A table of contracts with columns of its own between what names them. */
export function contractTable<Row extends KnownContract>(
  contracts: readonly KnownContract[],
  own: readonly (readonly [Column, (contract: Row) => string])[],
): ContractTable<Row> {
  const about = aboutColumns(contracts);
  const column = (name: string): [Column, (contract: Row) => string] => [
    { title: columnTitle(name) },
    (contract) => contract.about?.[name] || "–",
  ];
  const all: (readonly [Column, (contract: Row) => string])[] = [
    [{ title: "contract" }, (contract) => contract.contract_address],
    ...about.filter(isNameColumn).map(column),
    ...own,
    ...about.filter((name) => !isNameColumn(name)).map(column),
  ];
  return {
    columns: all.map(([title]) => title),
    cells: (contract) => all.map(([, show]) => show(contract)),
  };
}
