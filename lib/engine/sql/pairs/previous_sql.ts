/**
 * The pairs with a column that says whether each is a previous offer. Limits tell pairs apart by it as by any other column,
 * and so does the cost of changes.
 *
 * @module
 */
import { IN_PREVIOUS } from "../../../allocator/drop/instance/previous.ts";
import type { RunControl } from "../../../base/progress.ts";
import type { Columns } from "../../drop/task.ts";
import type { PairRules } from "../../steps/leave_out.ts";
import type { TableColumns } from "../store/dialect.ts";
import { countingSql, readPairsSql } from "./counting_sql.ts";
import { pairAttribute } from "./kinds_sql.ts";
import { putContracts } from "../store/put_rows.ts";
import type { InputTables, Store, WorkTables } from "../store/store.ts";

const PREVIOUS = {
  user_id: "user",
  contract_address: "text",
  was_given: "count",
} as const satisfies TableColumns;

/** Writes the previous offers, each once; returns the tables, whose pairs have one attribute more. */
export async function besidePrevious(
  store: Store,
  tables: WorkTables,
  inputs: InputTables,
  control: RunControl,
): Promise<Pick<InputTables, "pairs" | "attributes">> {
  const sql = store.dialect, table = tables.beside("previous");
  await store.makeTable(table, PREVIOUS, "user_id", control);
  await store.run(
    `INSERT INTO ${table} (user_id, contract_address, was_given)
SELECT user_id, contract_address, ${sql.as("count", "1")} FROM ${inputs.previous}
GROUP BY user_id, contract_address`,
    control,
  );
  const { attributes = { pairs: [], users: [] } } = inputs, { length } = attributes.pairs;
  const kept = attributes.pairs.map((_, i) => `, ${pairAttribute(i)}`).join("");
  const plain = `(SELECT user_id, ${
    sql.asText("contract_address")
  } AS contract_address, score${kept} FROM ${inputs.pairs}) AS plain`;
  const joined = sql.leftJoin(plain, table, "user_id, contract_address");
  return {
    pairs:
      `(SELECT user_id, contract_address, score${kept}, if(coalesce(was_given, 0) = 1, 'true', 'false') AS ${
        pairAttribute(length)
      } FROM ${joined}) AS beside_previous`,
    attributes: { ...attributes, pairs: [...attributes.pairs, IN_PREVIOUS] },
  };
}

/** How many of the previous offers that {@link besidePrevious} wrote are pairs that count. */
export async function countPrevious(
  store: Store,
  tables: WorkTables,
  inputs: InputTables,
  { contracts }: Pick<Columns, "contracts">,
  rules: PairRules,
  control: RunControl,
): Promise<number> {
  const sql = store.dialect, among = tables.beside("previous_contracts");
  await putContracts(store, among, contracts, control);
  const counting = countingSql(sql, readPairsSql(sql, inputs), rules, {
    users: inputs.userGroups,
    contracts: among,
  });
  const counted = Number.isFinite(rules.topN)
    ? sql.firstPerUser(counting, rules.topN, "is_pin = 1")
    : counting;
  const joined = sql.leftJoin(counted, tables.beside("previous"), "user_id, contract_address");
  const found = await store.rows(
    `SELECT ${sql.countIf("coalesce(was_given, 0) = 1")} FROM ${joined}`,
    control,
  );
  return found.flat().reduce((sum, [n]) => sum + Number(n), 0);
}
