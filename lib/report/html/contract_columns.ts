/**
 * Columns that name contracts on a page: the id, and what is shown beside it.
 *
 * @module
 */
import { aboutColumns, type KnownContract } from "../facts/contract_about.ts";
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
  return [
    ...aboutColumns(contracts).map((name): HtmlColumn<Row> => ({
      title: titleOf(name),
      show: (c) => c.about?.[name] ?? "",
      text: true,
    })),
  ];
}

/** A column's name as a heading: "brand_id" is "Brand". */
function titleOf(column: string): string {
  const words = column.replace(/_id$/, "").replaceAll("_", " ").trim();
  return words === "" ? column : words.charAt(0).toUpperCase() + words.slice(1);
}
