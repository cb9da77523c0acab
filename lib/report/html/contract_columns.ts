/**
 * Columns that name contracts on a page: the id, and what is shown beside it.
 *
 * @module
 */
import type { KnownContract } from "../../allocator/drop/instance/contract_columns.ts";
import { aboutColumns, columnTitle } from "../facts/contract_about.ts";
import { capitalized } from "../words.ts";
import type { HtmlColumn } from "./html_table.ts";

/** The columns that name contracts, in the order of a table. */
export function namingColumns<Row extends KnownContract>(
  contracts: readonly KnownContract[],
): HtmlColumn<Row>[] {
  return [
    { title: "Contract", show: (c) => c.contract_address },
    ...besideContracts<Row>(contracts),
  ];
}

/** The columns that are shown beside contracts. */
export function besideContracts<Row extends Pick<KnownContract, "about">>(
  contracts: readonly Pick<KnownContract, "about">[],
): HtmlColumn<Row>[] {
  return aboutColumns(contracts).map((name): HtmlColumn<Row> => ({
    title: capitalized(columnTitle(name)),
    show: (c) => c.about?.[name] ?? "",
    text: true,
  }));
}
