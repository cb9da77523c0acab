/**
 * The prices of groups' rules, as columns of a user and as what they add to its bundles.
 *
 * @module
 */
import { sponsoredPrices } from "../../allocator/limits/kinds/group_rules.ts";
import { rulesAsked, sharesOf } from "../steps/usage.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { GroupTerms } from "./bundle_sql.ts";
import type { Dialect } from "./dialect.ts";

/** Columns that a user's row needs, by name, and the terms that use them. */
export interface GroupPrices {
  /** SQL of each column over `g`, the user's group. */
  readonly columns: Readonly<Record<string, string>>;
  /** What bundles add. */
  readonly terms: GroupTerms;
}

/**
 * w_g(i, j) of docs/model.md without the bonus: t = μ − ν of a sponsored user, α((1 − ρ) i − ρ j), −β of a mixed one.
 * Rules that the drop does not have take no column.
 *
 * @param withSponsored whether t is part of it
 */
export function groupPrices(
  sql: Dialect,
  problem: DualProblem,
  prices: Prices,
  withSponsored = true,
): GroupPrices {
  const { countsSponsored, rules } = problem;
  const { hasAssignmentRatio, hasMixedShare } = rulesAsked(problem);
  const columns: Record<string, string> = {},
    terms: { -readonly [name in keyof GroupTerms]: GroupTerms[name] } = {};
  const column = (name: string, values: Float64Array) => {
    columns[name] = sql.lookup("g", values);
    return name;
  };
  if (countsSponsored && withSponsored) {
    terms.sponsored = column("t", sponsoredPrices(rules, prices));
  }
  if (hasAssignmentRatio) {
    const share = sharesOf(problem);
    const at = prices.assignmentRatio;
    terms.perSponsored = column("gain", at.map((p, g) => p * (1 - share[g])));
    terms.perOther = column("loss", at.map((p, g) => -p * share[g]));
  }
  if (hasMixedShare) terms.mixed = column("mixes", prices.mixedShare.map((p) => 0 - p));
  return { columns, terms };
}

/** A subquery of `from` with columns added to those named. */
export function withColumns(
  sql: Dialect,
  from: string,
  names: readonly string[],
  columns: Readonly<Record<string, string>>,
): string {
  const added = Object.entries(columns).map(([name, column]) => `${column} AS ${name}`);
  if (added.length === 0) return from;
  return `(SELECT ${[...names, ...added].join(", ")} FROM ${sql.from(from)}) AS more`;
}
