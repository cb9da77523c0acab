/** An engine's result, judged by the local checker, which shares no code with the engine. */
import { checkAssignments } from "../../lib/allocator/check/check.ts";
import { IdPool } from "../../lib/base/ids/ids.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import type { Allocation } from "../../lib/allocator/model/allocation.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import type { EngineResult } from "../../lib/engine/run/allocate_in_engine.ts";
import type { JudgedPairs } from "../../lib/engine/sql/certify/certify_tables.ts";
import { onClickHouse } from "./database.ts";
import { solveHere } from "./local_solution.ts";

/** Which pairs count, for certifying: all of them, told apart by their contracts. */
export const ALL_PAIRS: JudgedPairs = {
  minScore: -Infinity,
  topN: Infinity,
  repeats: false,
  ownK: null,
  pins: 0,
  slots: null,
};

/** Rows of assignments (user, contract, score) as the checker reads them. */
function assignmentsOf(rows: readonly string[][]) {
  const userIds = [...new Set(rows.map(([user]) => user))],
    contractIds = [...new Set(rows.map(([, c]) => c))];
  const user = new Map(userIds.map((id, i) => [id, i])),
    contract = new Map(contractIds.map((id, i) => [id, i]));
  return {
    userIds: IdPool.from(userIds),
    contractIds,
    user: Uint32Array.from(rows, ([id]) => user.get(id)!),
    contract: Uint32Array.from(rows, ([, id]) => contract.get(id)!),
    score: Float64Array.from(rows, ([, , score]) => Number(score)),
    line: Float64Array.from(rows, (_, i) => i + 2),
  };
}

/** Judges the out-table by the local checker: rules, objective, certificate. */
export async function judge(
  instance: Instance,
  policy: Policy,
  port: number,
  name: string,
  result: EngineResult,
) {
  const text = await onClickHouse(
    port,
    `SELECT user_id, contract_address, score FROM ${name} FORMAT TabSeparated`,
  );
  judgeRows(instance, policy, text.trim().split("\n").map((line) => line.split("\t")), result);
}

/** What costs a price where it is out of reach. */
const MAY_BE_MISSED: ReadonlySet<string> = new Set(["min_sponsored", "limit_at_least"]);

/** Judges rows of assignments (user, contract, score) by the local checker. */
export function judgeRows(
  instance: Instance,
  policy: Policy,
  rows: readonly string[][],
  result: EngineResult,
) {
  const table = assignmentsOf(rows);
  const report = checkAssignments(instance, table, policy, { certificate: result.certificate });
  const broken = report.rules.filter((rule) => rule.count > 0 && !MAY_BE_MISSED.has(rule.rule));
  assertEquals(broken, []);
  assertEquals(report.certificate!.problems, []);
}

/** Both solvers' bounds hold for both objectives; returns the local solver's. */
export async function compareWithLocal(instance: Instance, policy: Policy, result: EngineResult) {
  const local = await solveHere(instance, policy);
  assertBoundsHold(local, result);
  return local;
}

/** Neither solver's objective is above the other's bound. */
function assertBoundsHold(local: Allocation, result: EngineResult) {
  const slack = 1e-9 * Math.abs(local.bound!);
  assert(result.objective <= local.bound! + slack, `${result.objective} over ${local.bound}`);
  assert(local.objective <= result.bound + slack, `${local.objective} over ${result.bound}`);
}

/**
 * Objective and bound of the engine come near those of a local solution: nearer where users are decided together and the sample
 * has all users, so that its prices are those of all; of another the passes correct them.
 */
export function assertNear(local: Allocation, result: EngineResult, together: boolean) {
  assertBoundsHold(local, result);
  const missed = (local.objective - result.objective) / local.score;
  assert(missed < (together ? 0.005 : 0.1), `${missed} below the local result`);
  // An engine proves by prices alone: where the local proof is by cases, its bound may be far lower.
  if (local.branches !== undefined) return;
  // The bound of a small drop is proven by search, that of prices alone may be higher.
  const loose = (result.bound - (local.pricesBound ?? local.bound!)) / local.score;
  assert(loose < (together ? 0.01 : 0.1), `the bound is ${loose} above the local one`);
}

/** The engine's result comes near the local solver's; where users are decided together, nearer. */
export async function assertNearLocal(
  instance: Instance,
  policy: Policy,
  result: EngineResult,
  together: boolean,
) {
  const local = await compareWithLocal(instance, policy, result);
  const missing = result.shortfall - local.shortfall;
  assert(together ? missing === 0 : missing <= 2, `${missing} more users lacking`);
  const P = result.certificate.shortfall_price;
  const missed = (local.objective - result.objective - P * missing) / local.score;
  assert(missed < (together ? 0.005 : 0.04), `${missed} below the local result`);
}
