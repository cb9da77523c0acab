/**
 * What moves mean for the rules of groups, as SQL: what a user's change to another bundle gives to each rule or takes of it.
 * All of it follows from the weights that a kind of limit declares; no kind is named.
 *
 * @module
 */
import { COUNTS, countsOfUser } from "../../../allocator/limits/kinds/user_counts.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import type { Room, RuleRoom } from "../../drop/room.ts";
import type { Dialect } from "../store/dialect.ts";
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";

/** Stands for Infinity: a number that no count reaches. */
export const ENDLESS = 4e9;

/** One rule of groups in the SQL of a round of moves. */
export interface RuleMoves {
  /** Columns over `g`, `hi` and `hj` that the expressions below use. */
  readonly columns: Readonly<Record<string, string>>;
  /** Condition over the columns: the user's group lacks something, and another bundle would give some of it. */
  readonly canMend: string;
  /** What a change to `i` sponsored and `j` other offers gives to the rule; below 0: what it takes. */
  readonly change: (i: number, j: number) => string;
  /** The same for columns `i` and `j`. */
  readonly changeOfChosen: string;
  /** The column of what the user's group has to spare. */
  readonly spare: string;
  /** Whether a user who gives up an offer may take from the rule. */
  readonly losesByLeaving: boolean;
}

/** The rules of a room, in its order. */
export function ruleMoves(sql: Dialect, problem: DualProblem, { rules }: Room): RuleMoves[] {
  return rules.map((rule, n) => movesOfRule(sql, problem, rule, n));
}

function movesOfRule(
  sql: Dialect,
  problem: DualProblem,
  { gives, lacking, spare }: RuleRoom,
  n: number,
): RuleMoves {
  const held = `held${n}`, most = `most${n}`, left = `spare${n}`;
  const columns: Record<string, string> = {};
  const weights: Weight[] = [], lookups: Weight[] = [];
  for (let m = 0; m < COUNTS; m++) {
    const weight = lacking.map((_, g) => gives[g * COUNTS + m]);
    const isSame = weight.every((w) => w === weight[0]);
    lookups.push(isSame ? weight[0] : sql.lookup("g", weight));
    weights.push(isSame ? weight[0] : `gives${n}_${m}`);
    if (!isSame) columns[`gives${n}_${m}`] = sql.lookup("g", weight);
  }
  columns[held] = weighed(sql, lookups, countsAsSql("hi", "hj"));
  columns[left] = sql.lookup("g", spare.map((v) => v === Infinity ? ENDLESS : v + COUNT_ROUNDING));
  columns[most] = sql.lookup("g", mostGiven(problem, gives, lacking));
  return {
    columns,
    canMend: `${held} < ${most}`,
    change: (i, j) => `(${weighed(sql, weights, countsOfUser(i, j))} - ${held})`,
    changeOfChosen: `(${weighed(sql, weights, countsAsSql("i", "j"))} - ${held})`,
    spare: left,
    losesByLeaving: gives.some((weight) => weight > 0),
  };
}

/** A number, or SQL for what differs from group to group. */
type Weight = number | string;

/** Σ weight × count. */
function weighed(
  sql: Dialect,
  weights: readonly Weight[],
  counts: readonly (number | string)[],
): string {
  const parts = weights.flatMap((weight, m) => {
    const count = counts[m];
    if (weight === 0 || count === 0) return [];
    if (typeof weight === "number" && typeof count === "number") {
      return [sql.number(weight * count)];
    }
    return `${typeof weight === "number" ? sql.number(weight) : weight} * ${count}`;
  });
  return parts.length === 0 ? sql.number(0) : parts.join(" + ");
}

/** What a user with columns `i` and `j` of sponsored and other offers counts, in the order of `Counts`. */
function countsAsSql(i: string, j: string): string[] {
  return [`if(${i} > 0, 1.0, 0.0)`, i, j, `if(${i} > 0 AND ${j} > 0, 1.0, 0.0)`];
}

/**
 * Float64Array, length groups: where something is lacking, the most that any bundle gives, less what is rounding; elsewhere
 * less than any bundle gives.
 */
function mostGiven(
  { shapeSponsored, shapeUnsponsored }: DualProblem,
  gives: Float64Array,
  lacking: Float64Array,
): Float64Array {
  return lacking.map((lack, g) => {
    if (lack === 0) return -ENDLESS;
    let most = -Infinity;
    shapeSponsored.forEach((i, s) => {
      const counts = countsOfUser(i, shapeUnsponsored[s]);
      most = Math.max(most, counts.reduce((sum, n, m) => sum + n * gives[g * COUNTS + m], 0));
    });
    return most - COUNT_ROUNDING;
  });
}
