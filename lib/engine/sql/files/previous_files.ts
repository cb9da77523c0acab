/**
 * Previous offers in files or tables that an engine reads itself.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import { refuseFirstFault } from "../../../io/tables/rows/first_fault.ts";
import type { PreviousFacts } from "../../steps/inspect.ts";
import type { Dialect } from "../store/dialect.ts";
import {
  cellSql,
  idSql,
  type InputFiles,
  namingNoText,
  requireColumns,
  rowsFault,
} from "./input_files.ts";
import { numbersOf } from "../store/rows.ts";
import type { Store } from "../store/store.ts";

const COLUMNS = ["user_id", "contract_address"] as const;

/** A table of previous offers: user_id, contract_address. */
export function previousSource(
  sql: Dialect,
  { source }: Pick<InputFiles, "source">,
): string {
  return `(SELECT user_id, contract_address FROM (SELECT ${idSql(sql, "user_id")}, ${
    idSql(sql, "contract_address")
  } FROM ${source}) AS named_offers
WHERE user_id IS NOT NULL AND contract_address IS NOT NULL) AS previous_offers`;
}

/**
 * Inspects previous offers.
 *
 * @throws InputError where a column is lacking, and for a row that has one id only
 */
export async function inspectPrevious(
  store: Store,
  file: InputFiles,
  control: RunControl,
): Promise<PreviousFacts> {
  requireColumns(file, COLUMNS);
  const sql = store.dialect;
  const texts = COLUMNS.map((column) => `coalesce(${cellSql(sql, column)}, '')`);
  const rows = `(SELECT ${texts[0]} AS said_user, ${texts[1]} AS said_contract, ${
    sql.hash("user_id, contract_address")
  } AS hash_of_row FROM ${file.source}) AS said`;
  const counts = [
    "said_user = '' AND said_contract = ''",
    "said_user = '' AND said_contract <> ''",
    "said_user <> '' AND said_contract = ''",
  ].map((holds) => sql.countIf(holds));
  const refuseFirst = ({ source, control }: NonNullable<InputFiles["again"]>) =>
    refuseFirstFault(source, COLUMNS, null, control);
  const [found] = await namingNoText(file, refuseFirst, () =>
    store.rowsOverAll(
      `SELECT count(*), ${counts.join(", ")}, sum(hash_of_row) FROM ${rows}`,
      control,
    ));
  const [[all, blank, ...halves]] = numbersOf([found]);
  const { again } = file;
  if (again !== undefined && halves.some((rows) => rows > 0)) await refuseFirst(again);
  COLUMNS.forEach((column, at) => {
    if (halves[at] === 0) return;
    throw rowsFault(file.name, column, "", { expected: "an id", rows: halves[at] });
  });
  const [[distinct]] = numbersOf(
    await store.rowsOverAll(
      `SELECT count(*) FROM (SELECT said_user, said_contract FROM ${rows}
WHERE said_user <> '' GROUP BY said_user, said_contract) AS distinct_offers`,
      control,
    ),
  );
  return {
    rows: all - blank,
    blankRows: blank,
    distinct,
    fingerprint: file.fingerprint ?? found.join(" "),
  };
}
