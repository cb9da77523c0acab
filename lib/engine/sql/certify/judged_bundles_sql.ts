/**
 * What bundles are worth to users at the prices, as certification reckons it: from a user's pairs and the checker's rules.
 *
 * @module
 */
import { mayHold, worthOfCount } from "../../../allocator/check/rules/demands.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import type { OwnK } from "../../drop/own_k.ts";
import type { JudgedContracts } from "./certify_tables.ts";
import type { Dialect, OfItem } from "../store/dialect.ts";
import type { Shape } from "./joint_loss_sql.ts";

/**
 * Net values of a user's pairs, and the largest of them, at most k, as SQL over `e`, `ev` and `nets`: of sponsored
 * pairs as `a`, of others as `b`; where types don't matter all are in `b`. Of each brand only as many count as a user
 * may have. Under model uniform this limit is kept for each type by itself: a mixed bundle may then have more than is
 * allowed, so the result is still a bound.
 */
export function largestSums(
  sql: Dialect,
  problem: DualProblem,
  { sponsored, price, brand }: JudgedContracts,
  hasPins: boolean,
): { nets: string; a: string; b: string } {
  const { k, policy } = problem;
  const uniform = policy.model === "uniform";
  // Numbers of contracts begin at 1.
  const bonus = (c: string) =>
    uniform ? "" : ` + if(${c} <= ${sponsored}, ${sql.number(policy.sponsoredBonus)}, 0.0)`;
  const nets = sql.map2(
    "e",
    "ev",
    (c, v) => `${v} - ${sql.lookup(`(${c} - 1)`, price)}${bonus(c)}`,
  );
  // Pinned pairs come first, as a bundle without them is not allowed: added is more than any two net values differ by.
  const ahead = sql.number(
    1 +
      4 * (largestOf(problem.instance.score) + largestOf(price) + Math.abs(policy.sponsoredBonus)),
  );
  const keys = !hasPins
    ? "nets"
    : sql.map2("e", "nets", (c, net) => `${net} + if(${sql.has("pins", c)}, ${ahead}, 0.0)`);
  const sums = (among: OfItem | null) => {
    const of = (list: string) => among === null ? list : sql.filter2(list, "e", (_, c) => among(c));
    const own = of(keys);
    let largest = hasPins ? sql.byFalling(of("nets"), own) : sql.falling(own);
    if (policy.maxPerBrand !== null && brand !== null) {
      const contracts = among === null ? "e" : sql.filter("e", among);
      const brands = sql.map(
        sql.byFalling(contracts, own),
        (c) => sql.lookup(`(${c} - 1)`, brand),
      );
      largest = sql.filter2(
        largest,
        sql.occurrences(brands),
        (_, n) => `${n} <= ${policy.maxPerBrand}`,
      );
    }
    return sql.first(largest, `${k}`);
  };
  if (!uniform) return { nets, a: sql.first("nets", "0"), b: sums(null) };
  return {
    nets,
    a: sums((c) => `${c} <= ${sponsored}`),
    b: sums((c) => `${c} > ${sponsored}`),
  };
}

/** The largest of some numbers without their signs; 0 of none. */
function largestOf(numbers: Float64Array): number {
  return numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
}

/** The value to a user of each bundle that the policy allows, as SQL; far below 0 where the user lacks the pairs. */
export function bundleValues(
  sql: Dialect,
  problem: DualProblem,
  ownK: OwnK | null,
  hasPins: boolean,
): string[] {
  const { k, policy } = problem;
  const own = policiesOf(problem, ownK);
  const uniform = policy.model === "uniform";
  const having = (n: number, m: number, parts: string[]) => {
    const enough = [`na >= ${n}`, `nb >= ${m}`].filter((_, i) => [n, m][i] > 0);
    if (hasPins) enough.push(`pa <= ${n}`, `pb <= ${m}`);
    const may = own.map((one) => n + m <= one.k && mayHold(one, n, m) ? 1 : 0);
    if (may.includes(0)) enough.push(`${sql.lookup("kc", may)} > 0`);
    const coverage = sql.lookup("kc", own.map((one) => worthOfCount(one, n + m)));
    const value = [...parts, own.length === 1 ? sql.number(worthOfCount(own[0], n + m)) : coverage]
      .join(" + ");
    return enough.length === 0 ? value : `if(${enough.join(" AND ")}, ${value}, -1e100)`;
  };
  const largest = (of: string, n: number) =>
    Array.from({ length: n }, (_, at) => sql.at(of, `${at + 1}`)).join(" + ");
  const sponsored = (n: number) => [
    largest("a", n),
    `${sql.number(policy.sponsoredBonus)} + term`,
    `${n} * up`,
  ];
  const others = (m: number) => uniform ? [largest("b", m), `${m} * down`] : [largest("b", m)];
  const counts = Array.from({ length: k }, (_, n) => n + 1);
  const values = [having(0, 0, ["0.0"]), ...counts.map((m) => having(0, m, others(m)))];
  if (!uniform) return values;
  return [
    ...values,
    ...counts.map((n) => having(n, 0, sponsored(n))),
    ...mixedShapes(problem, own).map(([n, m]) =>
      having(n, m, [...sponsored(n), ...others(m), "mixes"])
    ),
  ];
}

/** The bundles of {@link bundleValues}, in their order. */
export function bundleShapes(problem: DualProblem, ownK: OwnK | null): Shape[] {
  const counts = Array.from({ length: problem.k }, (_, n) => n + 1);
  const others = [[0, 0] as const, ...counts.map((m) => [0, m] as const)];
  if (problem.policy.model !== "uniform") return others;
  const mixed = mixedShapes(problem, policiesOf(problem, ownK));
  return [...others, ...counts.map((n) => [n, 0] as const), ...mixed];
}

/** The policy for each class of k. */
export function policiesOf({ k, policy }: DualProblem, ownK: OwnK | null): Policy[] {
  // No user gets more offers than there are contracts; but the worth of missing offers is counted from the policy's k.
  if (ownK === null) {
    return [policy.covMode === "shortfall" ? policy : { ...policy, k: Math.min(policy.k, k) }];
  }
  return ownK.values.map((own) => ({ ...policy, k: own }));
}

/** Allowed mixed bundles: numbers of sponsored and of other offers. */
export function mixedShapes({ k }: DualProblem, policies: readonly Policy[]): [number, number][] {
  const shapes: [number, number][] = [];
  for (let i = 1; i < k; i++) {
    for (let j = 1; i + j <= k; j++) {
      if (policies.some((one) => i + j <= one.k && mayHold(one, i, j))) shapes.push([i, j]);
    }
  }
  return shapes;
}
