/**
 * History in files that an engine reads itself: the offers of earlier drops, with the same values as in files that
 * Divvy reads.
 *
 * @module
 */
import { OUTCOME_EXPECTED, OUTCOMES } from "../../../allocator/drop/before/outcomes.ts";
import {
  DATE_EXPECTED,
  DATE_FORM,
  dayOf as parsedDay,
  dayText,
  NO_DAY,
} from "../../../base/text/day.ts";
import { History, type HistoryRules } from "../../../allocator/drop/before/history.ts";
import { InputError } from "../../../base/errors.ts";
import { IdTable } from "../../../base/ids/id_table.ts";
import type { RunControl } from "../../../base/progress.ts";
import {
  HISTORY_COLUMNS,
  refuseMisspeltHistory,
  wantedBy,
} from "../../../io/csv/history_columns.ts";
import { readHistory } from "../../../io/tables/history_table.ts";
import { pastDays } from "../../drop/before.ts";
import type { HistoryFacts } from "../../steps/inspect.ts";
import {
  blankRow,
  cellSql,
  idSql,
  type InputFiles,
  namingNoText,
  requireColumns,
  rowsFault,
  valueCell,
} from "./input_files.ts";
import type { Store } from "../store/store.ts";
import type { Dialect } from "../store/dialect.ts";

/** A table of history: user_id, contract_address, day, declined, score (NULL: none) and brand ("": none). */
export function historySource(
  sql: Dialect,
  files: readonly Pick<InputFiles, "source" | "columns">[],
): string {
  const parts = files.map((file, at) =>
    `SELECT ${idSql(sql, "user_id")}, ${idSql(sql, "contract_address")}, ${
      dayOf(sql, file, at)
    } AS day, ${sql.as("count", `if(${outcomeOf(sql, file)} = 'declined', 1, 0)`)} AS declined, ${
      scoreOf(sql, file)
    } AS score, ${
      file.columns.has("brand_id") ? `coalesce(${valueCell(sql, file, "brand_id")}, '')` : "''"
    } AS brand FROM ${file.source}`
  );
  return `(${parts.join("\nUNION ALL ")}) AS history`;
}

/** The day of a row, as text; of what has no dates its place among the sources. */
export function dayOf(
  sql: Dialect,
  files: Pick<InputFiles, "columns">,
  at: number,
): string {
  if (!files.columns.has("offered_at")) return sql.text(`${at}`);
  const text = valueCell(sql, files, "offered_at");
  return `if(substring(${text}, 5, 1) = '-', substring(${text}, 1, 10), substring(${text}, 1, 8))`;
}

/** What a row says of the offer's outcome. */
export function outcomeOf(sql: Dialect, { columns }: Pick<InputFiles, "columns">): string {
  return columns.has("outcome") ? `lower(coalesce(${cellSql(sql, "outcome")}, ''))` : "''";
}

function scoreOf(sql: Dialect, { columns }: Pick<InputFiles, "columns">): string {
  return columns.has("score")
    ? sql.numberOf(`nullif(${cellSql(sql, "score")}, '')`)
    : sql.as("real", "NULL");
}

/** The faults that a row may have: column, condition, and what was expected. */
function faultsOf(
  sql: Dialect,
  { columns }: Pick<InputFiles, "columns">,
  rules: HistoryRules,
): [column: string, holds: string, expected: string][] {
  const blank = (column: string): [string, string, string] => [
    column,
    `coalesce(${cellSql(sql, column)}, '') = ''`,
    "an id",
  ];
  const faults = [blank("user_id"), blank("contract_address")];
  if (columns.has("offered_at")) {
    const text = `coalesce(${valueCell(sql, { columns }, "offered_at")}, '')`;
    faults.push(["offered_at", `NOT ${sql.matches(text, DATE_FORM)}`, DATE_EXPECTED]);
  }
  if (columns.has("outcome") && rules.declineFactor !== 1) {
    const known = ["", ...OUTCOMES].map((outcome) => sql.text(outcome)).join(", ");
    faults.push([
      "outcome",
      `${outcomeOf(sql, { columns })} NOT IN (${known})`,
      OUTCOME_EXPECTED,
    ]);
  }
  if (columns.has("score") && rules.rotate > 0) {
    const text = `coalesce(${cellSql(sql, "score")}, '')`,
      number = sql.numberOf(cellSql(sql, "score"));
    faults.push([
      "score",
      `${text} <> '' AND (${number} IS NULL OR ${sql.isNotFinite(number)})${
        // Of rows after the drop's day nothing but the day counts.
        rules.asOf === null || !columns.has("offered_at")
          ? ""
          : ` AND replace(${dayOf(sql, { columns }, 0)}, '-', '') <= ${
            sql.text(dayText(rules.asOf).replaceAll("-", ""))
          }`}`,
      "a finite number",
    ]);
  }
  return faults;
}

/** What rows say of a day. */
interface DayRows {
  readonly day: string;
  readonly rows: number;
  readonly declined: number;
}

/** The rows of a file: by day, how many are nothing but separators, and what tells them from those of another file. */
interface FileRows {
  readonly days: readonly DayRows[];
  readonly blankRows: number;
  readonly fingerprint: string;
}

/**
 * Inspects history: which days there are, and what they mean.
 *
 * @param hasBrands whether caps say the contracts' brands
 * @throws InputError for a column that is probably misspelt, for blank ids, for dates, outcomes or scores that are invalid, and
 *   where dates are in some files only or a rule needs them
 */
export async function inspectHistory(
  store: Store,
  files: readonly InputFiles[],
  rules: HistoryRules,
  hasBrands: boolean,
  control: RunControl,
): Promise<HistoryFacts> {
  const dated = files.some(({ columns }) => columns.has("offered_at"));
  // Used only to check what rules ask of files.
  const history = new History(
      { ...NOBODY, brand: hasBrands ? new Uint32Array(0) : null },
      NO_PAIRS,
      rules,
      files.length,
    ),
    found: FileRows[] = [];
  for (const [at, file] of files.entries()) {
    requireColumns(file, HISTORY_COLUMNS);
    refuseMisspeltHistory(
      [...file.columns.keys()],
      file.name,
      wantedBy(rules),
      history.needsBrands,
    );
    history.beginFile(file.name, file.columns.has("offered_at"));
    found.push(
      await namingNoText(
        file,
        () => refuseFirstRow(file, rules),
        () => rowsOfFile(store, file, at, rules, control),
      ),
    );
  }
  const all = found.flatMap((file) => file.days);
  // A file without dates is a drop, also one that has no rows.
  const named = dated ? [...new Set(all.map(({ day }) => day))] : files.map((_, at) => `${at}`);
  const days = pastDays(named, dated, rules, files.map(({ name }) => name));
  const past = new Set(days.map(({ day }) => day));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  return {
    days,
    rows: sum(all.map(({ rows }) => rows)),
    blankRows: sum(found.map(({ blankRows }) => blankRows)),
    laterRows: sum(all.map(({ day, rows }) => past.has(day) ? 0 : rows)),
    declinedRows: rules.declineFactor === 1
      ? 0
      : sum(all.map(({ day, declined }) => past.has(day) ? declined : 0)),
    fingerprint: found.map(({ fingerprint }) => fingerprint).join("\n"),
  };
}

/** Counts the rows of a file by day. @throws InputError for rows that can't be used */
async function rowsOfFile(
  store: Store,
  file: InputFiles,
  at: number,
  rules: HistoryRules,
  control: RunControl,
): Promise<FileRows> {
  const sql = store.dialect, faults = faultsOf(sql, file, rules), blank = blankRow(sql, file);
  const odd = faults.map(([, holds]) => `(${holds})`).join(" OR ");
  const rows = `(SELECT ${dayOf(sql, file, at)} AS past_day, if(${
    outcomeOf(sql, file)
  } = 'declined', 1, 0) AS is_declined, if(${blank}, 1, 0) AS is_blank, if(${odd}, 1, 0) AS is_odd, ${
    sql.hash("user_id, contract_address")
  } AS hash_of_row FROM ${file.source}) AS rows_of_days`;
  const found = await store.rowsOverAll(
    `SELECT past_day, count(*), sum(is_declined), sum(is_blank), sum(is_odd), sum(hash_of_row) FROM ${rows}
GROUP BY past_day ORDER BY past_day`,
    control,
  );
  const total = (column: number) => found.reduce((sum, row) => sum + Number(row[column]), 0);
  // Every blank row is odd too, as it has no id.
  const blankRows = total(3), faulty = total(4) - blankRows;
  if (faulty > 0) await refuse(store, file, rules, faulty, control);
  const days = found.map(([day, all, declined, blanks]) => ({
    day,
    rows: Number(all) - Number(blanks),
    declined: Number(declined),
  })).filter((day) => day.rows > 0);
  for (const { day, rows } of days) {
    if (!file.columns.has("offered_at") || parsedDay(day) !== NO_DAY) continue;
    await refuseFirstRow(file, rules);
    throw rowsFault(file.name, "offered_at", day, { expected: DATE_EXPECTED, rows });
  }
  return { days, blankRows, fingerprint: file.fingerprint ?? JSON.stringify(found) };
}

/** @throws InputError that names the first row that can't be used, where Divvy can read the files again */
async function refuseFirstRow({ again }: InputFiles, rules: HistoryRules): Promise<void> {
  if (again === undefined) return;
  const history = new History(NOBODY, NO_PAIRS, rules, 1);
  await readHistory([again.source], NOBODY, history, wantedBy(rules), again.control);
}

/** @throws InputError that names one of the rows that can't be used */
async function refuse(
  store: Store,
  file: InputFiles,
  rules: HistoryRules,
  rows: number,
  control: RunControl,
): Promise<never> {
  await refuseFirstRow(file, rules);
  const { name, source } = file, filled = `NOT (${blankRow(store.dialect, file)})`;
  for (const [column, holds, expected] of faultsOf(store.dialect, file, rules)) {
    const found = await store.rowsOverAll(
      `SELECT ${
        store.dialect.asText(column)
      } FROM ${source} WHERE (${holds}) AND ${filled} LIMIT 1`,
      control,
    );
    if (found.length === 0) continue;
    throw rowsFault(name, column, found[0][0], { expected, rows });
  }
  throw new InputError(`${name}: ${rows} rows can't be read`, { file: name });
}

const NO_PAIRS = {
  start: Uint32Array.of(0),
  contract: new Uint16Array(0),
  score: new Float64Array(0),
};
const NOBODY = {
  users: IdTable.from([]),
  group: new Uint32Array(0),
  groups: [],
  known: IdTable.from([]),
  contractIndex: new Uint32Array(0),
  contracts: [],
  brand: null,
  brands: [],
  knownBrand: null,
};
