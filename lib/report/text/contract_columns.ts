/**
 * Columns that name contracts on a terminal: the id and a name, and at the end, where there is room, what else is shown.
 *
 * @module
 */
import {
  isNameColumn,
  type KnownContract,
} from "../../allocator/drop/instance/contract_columns.ts";
import { aboutColumns, columnTitle, nameOf } from "../facts/contract_about.ts";
import { left, type ShownColumn } from "./text_parts.ts";

/** What may be shown beside a contract. */
type About = Pick<KnownContract, "about">;

/** Columns of a table of contracts, with those of its own between what names them. */
export function contractColumns<Row extends KnownContract>(
  contracts: readonly KnownContract[],
  own: readonly ShownColumn<Row>[],
): ShownColumn<Row>[] {
  const { names, others } = columnsAbout<Row>(contracts);
  return [[left("contract"), (contract) => contract.contract_address], ...names, ...own, ...others];
}

/** The columns that are shown beside contracts: those of names, and the others. */
export function columnsAbout<Row extends About>(contracts: readonly About[]): {
  names: ShownColumn<Row>[];
  others: ShownColumn<Row>[];
} {
  const about = aboutColumns(contracts);
  const column = (name: string): ShownColumn<Row> => [
    { title: columnTitle(name) },
    (contract) => contract.about?.[name] || "–",
  ];
  return {
    names: about.filter(isNameColumn).map(column),
    others: about.filter((name) => !isNameColumn(name)).map(column),
  };
}

/** A column of what contracts are called; none where none of them has a name. */
export function nameColumn<Row extends About>(contracts: readonly Row[]): ShownColumn<Row>[] {
  return contracts.some((contract) => nameOf(contract) !== undefined)
    ? [[{ title: "name" }, (contract) => nameOf(contract) ?? "–"]]
    : [];
}
