/**
 * What `divvy caps` does.
 *
 * @module
 */
import {
  type BudgetCap,
  capFromBudget,
  type CapRule,
  type ContractBudget,
} from "../../../allocator/drop/cap_from_budget.ts";
import { csvText } from "../../../base/text/csv_field.ts";
import { UsageError } from "../../../base/errors.ts";
import { type Budget, readBudgets } from "../../../io/tables/budgets_table.ts";
import { visible } from "../../../report/text/terminal.ts";
import { count, figure } from "../../../report/words.ts";
import { shownName } from "../../../sources/source_url.ts";
import { tableControl, type TableValues } from "../../frame/options/table_options.ts";
import type { TableFormat } from "../../../io/records/table_format.ts";
import { writeCsvText } from "../../../io/tables/results/table_writer.ts";
import { checkOutputs } from "../../frame/output_files.ts";
import { checkTables, shownOutput } from "../../frame/table_outputs.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import { nothingToWrite, writtenCaps } from "./written_caps.ts";
import { left, right, type ShownColumn, tableOf } from "../../../report/text/text_parts.ts";

/** The options of `divvy caps` without `--from-review`. */
interface CapsValues extends CapRule {
  budgets: string;
  out: string;
  config?: string;
  keepZero?: boolean;
  format?: TableFormat;
  json?: boolean;
  quiet?: boolean;
}

/** Runs `divvy caps`. */
export async function runCaps(values: TableValues & CapsValues): Promise<void> {
  for (const name of ["caps", "rates"] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} needs --from-review`);
  }
  await checkOutputs(
    { "--out": values.out },
    { "--budgets": values.budgets, "--config": values.config },
    values,
  );
  checkTables({ out: values.out }, { format: values.format });
  const budgets = await readBudgets(
    values.budgets,
    tableControl(values, (note) => values.quiet || write(Deno.stderr, `${visible(note)}\n`)),
  );
  const rows = budgets.map((row) => ({ row, cap: capFromBudget(row, values) }));
  const written = rows.filter(({ cap }) =>
    cap.impossible === null && (values.keepZero || cap.cap > 0)
  );
  if (written.length === 0) {
    throw nothingToWrite(
      `${shownName(values.budgets)}: `,
      rows.map(({ row, cap }) => ({ contract: row.contract, impossible: cap.impossible })),
    );
  }
  const hasBrand = rows.some(({ row }) => row.brand !== null);
  await writeCsvText(values.out, capsCsv(written, hasBrand), { format: values.format });
  if (values.json) writeJson(rows.map(({ row, cap }) => jsonOf(row, cap)));
  else if (!values.quiet) {
    write(Deno.stderr, explanation(rows, written.length, shownOutput(values.out)));
  }
}

/** A contract's budget and the cap computed from it. */
interface Row {
  row: Budget;
  cap: BudgetCap;
}

/** The caps table: the columns that allocate needs, and face_value, which it ignores but people look for. */
function capsCsv(rows: readonly Row[], hasBrand: boolean): string {
  const header = ["contract_address", "cap_face", "is_sponsored", "face_value"];
  if (hasBrand) header.push("brand_id");
  const records = rows.map(({ row, cap }) => [
    row.contract,
    cap.cap,
    row.isSponsored,
    row.faceValue,
    ...(hasBrand ? [row.brand] : []),
  ]);
  return csvText([header, ...records]);
}

/** How a cap came about, for JSON: fields are named as the columns of the files. */
function jsonOf(row: Budget, cap: BudgetCap) {
  const orNull = (value: number) => Number.isNaN(value) ? null : value;
  return {
    contract_address: row.contract,
    is_sponsored: row.isSponsored,
    ...figuresOf(row),
    live_rate: orNull(cap.liveRate),
    new_rate: orNull(cap.newRate),
    left: orNull(cap.left),
    reserved: orNull(cap.reserved),
    cap_face: cap.cap,
    impossible: cap.impossible,
  };
}

function figuresOf(row: ContractBudget) {
  const { budget, spent, liveClaims, faceValue, redeemed, assigned } = row;
  return { budget, spent, live_claims: liveClaims, face_value: faceValue, redeemed, assigned };
}

/** A column with a figure of the caps that could be computed. */
function known(title: string, of: (cap: BudgetCap) => string): ShownColumn<Row> {
  return [right(title), ({ cap }) => cap.impossible === null ? of(cap) : ""];
}

/** How each cap came about. */
const COLUMNS: readonly ShownColumn<Row>[] = [
  [left("contract"), ({ row }) => row.contract],
  [left("spons."), ({ row }) => row.isSponsored ? "yes" : "no"],
  known("left", (cap) => figure(cap.left)),
  known("reserved", (cap) => figure(cap.reserved)),
  [right("face"), ({ row }) => figure(row.faceValue)],
  [
    right("redeemed"),
    ({ row }) => row.assigned === 0 ? "none" : `${figure(row.redeemed)}/${figure(row.assigned)}`,
  ],
  known("p live", (cap) => figure(cap.liveRate)),
  known("p new", (cap) => figure(cap.newRate)),
  [
    right("cap"),
    ({ cap }) => cap.impossible === null ? count(cap.cap) : `none: ${cap.impossible}`,
  ],
];

/** The table for people, and a line about the contracts that are not written. */
function explanation(rows: readonly Row[], written: number, out: string): string {
  const impossible = rows.filter(({ cap }) => cap.impossible !== null).length;
  const counts = writtenCaps(rows.length, written, impossible, out);
  return `${tableOf(COLUMNS, rows, screenOf(Deno.stderr))}\n${counts}\n`;
}
