/**
 * The prices of groups' rules, as columns of a user and as what they add to its bundles.
 *
 * @module
 */
import { sponsoredPrices } from "../../../allocator/limits/kinds/group_rules.ts";
import { COUNTS, SPONSORED_USERS } from "../../../allocator/limits/kinds/user_counts.ts";
import type { Prices } from "../../../allocator/model/allocation.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import type { GroupTerms } from "./bundle_sql.ts";
import type { Dialect } from "../store/dialect.ts";

/** Columns that a user's row needs, by name, and the terms that use them. */
export interface GroupPrices {
  /** SQL of each column over `g`, the user's group. */
  readonly columns: Readonly<Record<string, string>>;
  /** What bundles add. */
  readonly terms: GroupTerms;
}

/** What each count of a user is called as a term of bundles, and as a column, in the order of `Counts`. */
const TERM_OF_COUNT = ["sponsored", "perSponsored", "perOther", "mixed"] as const;

/**
 * w_g(i, j) of docs/model.md without the bonus: for each count of a user Σ −sense · price · weight over the limits of groups,
 * whatever kinds there are. Counts that no limit of the drop weighs take no column.
 *
 * @param withSponsored whether the prices of the limits on the number of sponsored users are part of it
 */
export function groupPrices(
  sql: Dialect,
  problem: DualProblem,
  prices: Prices,
  withSponsored = true,
): GroupPrices {
  const { countsSponsored, rules } = problem;
  const columns: Record<string, string> = {},
    terms: { -readonly [name in keyof GroupTerms]: GroupTerms[name] } = {};
  for (let m = 0; m < COUNTS; m++) {
    const weighed = rules.others.filter(({ weight }) =>
      weight.some((w, i) => w !== 0 && i % COUNTS === m)
    );
    const hasSponsored = m === SPONSORED_USERS && countsSponsored && withSponsored;
    if (weighed.length === 0 && !hasSponsored) continue;
    const values = hasSponsored
      ? sponsoredPrices(rules, prices)
      : new Float64Array(problem.instance.groups.length);
    for (const { name, sense, weight } of weighed) {
      values.forEach((_, g) => values[g] -= sense * prices[name][g] * weight[g * COUNTS + m]);
    }
    columns[TERM_OF_COUNT[m]] = sql.lookup("g", values);
    terms[TERM_OF_COUNT[m]] = TERM_OF_COUNT[m];
  }
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
