/**
 * The users for whom two bundles are nearly equally good at the final prices, decided together on this machine.
 *
 * Nearly all users have a bundle that is clearly the best at the prices, and keep it. The other users are read. They,
 * and what the rest leave of the caps and of the groups' rules, make a small drop, which the local solver's recovery
 * settles at the same prices by moving users along chains.
 *
 * @module
 */
import { usedOf, withAmounts } from "../../allocator/limits/kinds/group_rules.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { Holdings } from "../../allocator/optimal/recovery/holdings.ts";
import { compileDualProblem, type DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { solvePart } from "../../allocator/optimal/solve_at_price.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Move } from "../steps/assign.ts";
import type { EngineRun } from "../steps/steps.ts";
import { usedBySlots } from "../drop/slot_rows.ts";
import type { Usage } from "../drop/usage.ts";
import { UserRows, type UsersRead } from "./user_rows.ts";

/**
 * Margins to choose from, in units of an offer, each larger than the last by a tenth: users with a margin below the
 * chosen one are decided together.
 */
const MARGINS = Array.from({ length: 170 }, (_, n) => 1e-6 * 1.1 ** n);
/**
 * Margins below this are ties, in units of an offer. Between pairs of equal score whose contracts cost nothing a tie
 * needs no decision, and there may be many: where ties would fill half of the places, these users keep their bundles.
 */
const TIE = 1e-9;

/**
 * Decides at most `most` users, those with the least margins, and writes their bundles as the moves of a round.
 *
 * @param options `gap`: decisions stop within this share of their bound
 */
export async function decideTogether(
  problem: DualProblem,
  engine: EngineRun,
  prices: Prices,
  round: number,
  options: RunControl & { most: number; gap: number; deadline: number; counts: MarginCounts },
): Promise<void> {
  const margins = leastDecided(problem, options);
  if (margins === null) return;
  const rows = new UserRows();
  await engine.undecided(margins, options.most, (read, part) => rows.add(read, part), options);
  const read = rows.finish(problem);
  const users = read.instance.group.length;
  options.onProgress?.({ phase: "decide", detail: `${users} users together` });
  const { usage: others } = await engine.usage(problem, margins, options);
  const rest = restOf(problem, read, others);
  const { signal, deadline, gap } = options;
  const holdings = await solvePart(rest, {
    startPrices: prices,
    gap,
    signal,
    timeout: (deadline - performance.now()) / 1000,
  });
  signal?.throwIfAborted();
  await engine.move(movesOf(holdings, read), round, options);
}

/** How many users have a smaller margin than {@link TIE}, then than each of {@link MARGINS}. */
export type MarginCounts = readonly number[];

/** Counts the users by their margins. */
export function countMargins(
  { unit }: DualProblem,
  engine: EngineRun,
  control: RunControl,
): Promise<MarginCounts> {
  return engine.countBelow([TIE, ...MARGINS].map((margin) => margin * unit), control);
}

/**
 * The largest margin that at most `most` users are below; undefined where that is none, or where all the margins counted are:
 * then all users are near.
 */
export function nearestMargin(
  { unit }: DualProblem,
  counts: MarginCounts,
  most: number,
): number | undefined {
  const at = counts.findLastIndex((count) => count > 0 && count <= most);
  return at <= 0 || at === MARGINS.length ? undefined : MARGINS[at - 1] * unit;
}

/** The interval of margins of the least decided users, not too many; null where there are none. */
function leastDecided(
  { unit }: DualProblem,
  { counts, most }: { counts: MarginCounts; most: number },
): [from: number, to: number] | null {
  const margins = [TIE, ...MARGINS].map((margin) => margin * unit);
  const [ties] = counts;
  const without = ties > most / 2 ? ties : 0;
  const at = counts.findLastIndex((count) => count > without && count - without <= most);
  if (at < 0) return null;
  return [without === 0 ? -Infinity : margins[0], margins[at]];
}

/** The drop of the users read: of every limit they have what the others leave. */
function restOf(problem: DualProblem, { instance }: UsersRead, others: Usage): DualProblem {
  const used = usedBySlots(problem, others.offers), { limits } = instance;
  const cap = problem.instance.cap.map((most, c) => Math.max(0, most - used[c]));
  const amount = limits?.rows.amount.map((all, r) => all - used[cap.length + r]);
  const { countsSponsored, shortfallPrice, unit, offerBonus } = problem;
  return {
    ...compileDualProblem(
      {
        ...{ ...instance, cap },
        ...(limits !== undefined && {
          limits: { ...limits, rows: { ...limits.rows, amount: amount! } },
        }),
      },
      problem.policy,
      { k: problem.k, price: shortfallPrice },
    ),
    countsSponsored,
    shortfallPrice,
    unit,
    offerBonus,
    rules: withAmounts(problem.rules, (rule, g) => {
      const left = rule.amount[g] - usedOf(rule, g, others.counts.of(g));
      return rule.countsOffers ? left : Math.max(0, left);
    }),
  };
}

/** Each user's bundle as a move. */
function* movesOf(
  { problem, slots, count, sponsored }: Holdings,
  { instance, part }: UsersRead,
): Generator<Move> {
  const { k } = problem;
  for (let u = 0; u < part.length; u++) {
    const held = Array.from(slots.subarray(u * k, u * k + count[u]), (p) => problem.item[p]);
    yield { user: instance.users.at(u), part: part[u], held, sponsored: sponsored[u] };
  }
}
