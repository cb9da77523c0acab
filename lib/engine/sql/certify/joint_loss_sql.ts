/**
 * What groups lose because each of their users gets one whole bundle: the sum of the users' best bundles at the prices
 * is not reached where a rule binds over whole users. The loss is computed by the checker and makes the bound tighter;
 * without it the bound is loose under an assignment ratio.
 *
 * Only users whose second best bundle is nearly as good as the best have a choice. Their values come as lists, one for
 * each bundle; all other users are added up.
 *
 * @module
 */
import { limitsOfGroup } from "../../../allocator/check/bound/bound.ts";
import type { GroupDemand } from "../../../allocator/check/rules/demands.ts";
import {
  type Bundle,
  jointGroups,
  lossOfGroup,
  lossOfLimits,
  waysFor,
} from "../../../allocator/check/bound/joint_loss.ts";
import type { Prices } from "../../../allocator/model/allocation.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import type { Dialect } from "../store/dialect.ts";

/** Numbers of sponsored and of other offers in a bundle. */
export type Shape = readonly [sponsored: number, others: number];

/** A bundle with a value below this is impossible for the user. */
const NONE = -1e90;

/** Most users whose bundles are listed, of a group and of all. */
const MOST_NEAR = 400, MOST_NEAR_IN_ALL = 200_000;

/**
 * The statement of rows (g, margin): up to that margin users are listed, which are about as many as there is room for.
 * Any other margin would give a valid bound too, if a weaker one.
 */
export function nearSql(dialect: Dialect, current: string, groups: number): string {
  const sql = dialect.begin();
  const most = Math.max(1, Math.min(MOST_NEAR, Math.floor(MOST_NEAR_IN_ALL / groups)));
  const rising = `(SELECT g, ${sql.collectRising("margin")} AS margins FROM ${current}
GROUP BY g) AS by_margin`;
  const near = `if(${sql.length("margins")} > ${most}, ${sql.at("margins", `${most + 1}`)}, 1e80)`;
  return sql.statement(`SELECT g, ${near} FROM ${rising}`);
}

/** Float64Array, length groups: the margin up to which users are listed; −1 for groups that need no lists. */
export function nearOf(prices: Prices, rows: readonly (readonly string[])[]): Float64Array {
  const joint = new Set(jointGroups(prices));
  const near = new Float64Array(prices.assignmentRatio.length).fill(-1);
  for (const [g, margin] of rows) if (joint.has(Number(g))) near[Number(g)] = Number(margin);
  return near;
}

/**
 * A source of users with `joint_values` (the values of all bundles), `ranked` (the same, largest first) and `is_near`.
 *
 * @param source with the column `near` and those that the values are computed from
 */
export function nearUsers(
  sql: Dialect,
  source: string,
  columns: readonly string[],
  values: readonly string[],
): string {
  const list = columns.join(", ");
  const valued = `(SELECT ${list}, near, ${sql.list(values)} AS joint_values
FROM ${sql.from(source)}) AS with_values`;
  const ranked = `(SELECT ${list}, near, joint_values, ${sql.falling("joint_values")} AS ranked
FROM ${valued}) AS with_ranks`;
  const apart = `${sql.at("ranked", "1")} - ${sql.at("ranked", "2")}`;
  return `(SELECT ${list}, joint_values, ranked, if(${apart} <= near, 1, 0) AS is_near
FROM ${ranked}) AS near_users`;
}

/**
 * Columns of each group: counts over the users that are not near, the widest difference of values over all users, then
 * the lists.
 */
export function jointColumns(sql: Dialect, shapes: readonly Shape[]): string[] {
  const place = sql.placeOf("joint_values", sql.at("ranked", "1"));
  const sum = (of: (shape: Shape) => number) =>
    `sum(if(is_near = 1, 0.0, ${sql.lookup(`(${place} - 1)`, shapes.map(of))}))`;
  const possible = sql.filter("ranked", (value) => `${value} > ${sql.number(NONE)}`);
  const least = sql.at("ranked", sql.length(possible));
  return [
    sum(([i]) => i > 0 ? 1 : 0),
    sum(([i, j]) => i > 0 && j > 0 ? 1 : 0),
    sum(([i]) => i),
    sum(([, j]) => j),
    `max(${sql.at("ranked", "1")} - ${least})`,
    ...shapes.map((_, s) => sql.collectIf(sql.at("joint_values", `${s + 1}`), "is_near = 1")),
  ];
}

/** The facts of a group. */
class JointFacts {
  readonly counts = { sponsoredUsers: 0, mixedUsers: 0, sponsored: 0, others: 0 };
  widest = 0;
  readonly users: Bundle[][] = [];

  add(cells: readonly string[], shapes: readonly Shape[]): void {
    const [sponsoredUsers, mixedUsers, sponsored, others, widest] = cells.map(Number);
    this.counts.sponsoredUsers += sponsoredUsers;
    this.counts.mixedUsers += mixedUsers;
    this.counts.sponsored += sponsored;
    this.counts.others += others;
    this.widest = Math.max(this.widest, widest);
    const values = cells.slice(5).map((cell) => JSON.parse(cell) as number[]);
    for (let user = 0; user < values[0].length; user++) {
      this.users.push(
        shapes.map(([sponsored, others], s) => ({ value: values[s][user], sponsored, others }))
          .filter(({ value }) => value > NONE),
      );
    }
  }
}

/** By the values of a user's bundles: users who have the same ones are alike. */
function compareBundles(a: readonly Bundle[], b: readonly Bundle[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const by = a[i].value - b[i].value || a[i].sponsored - b[i].sponsored ||
      a[i].others - b[i].others;
    if (by !== 0) return by;
  }
  return a.length - b.length;
}

/** What groups lose jointly; rows of parts are added one after another. */
export class JointLoss {
  readonly #groups = new Map<number, JointFacts>();

  constructor(readonly shapes: readonly Shape[], readonly near: Float64Array) {}

  /** Adds a part's row of group `g`. */
  add(g: number, cells: readonly string[]): void {
    if (this.near[g] < 0) return;
    const facts = this.#groups.get(g) ?? new JointFacts();
    this.#groups.set(g, facts);
    facts.add(cells, this.shapes);
  }

  /** Σ over groups of a lower bound on what each loses. */
  total(demands: readonly GroupDemand[], prices: Prices, { shortfallPrice }: DualProblem): number {
    let total = 0;
    const listed = [...this.#groups.values()].reduce((sum, { users }) => sum + users.length, 0);
    const ways = waysFor(listed);
    const inOrder = [...this.#groups].sort(([g], [other]) => g - other);
    for (const [g, { counts, widest, users }] of inOrder) {
      // In one order whatever the engine's, so that sums over users are the same in every run.
      users.sort(compareBundles);
      const limits = limitsOfGroup(demands[g], prices, g, shortfallPrice);
      total += lossOfGroup(
        users,
        (all, loss) => loss + lossOfLimits(limits, all),
        { counts, widest, beyond: this.near[g] },
        ways,
      );
    }
    return total;
  }
}
