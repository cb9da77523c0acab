/**
 * Random offers to users held out, by the rule of one machine: the same users get the same offers.
 *
 * @module
 */
import { randomBesideLimits, RandomDraw } from "../../allocator/model/random_offers.ts";
import { IdPool } from "../../base/ids/ids.ts";
import { pinsOf } from "../drop/pins.ts";
import type { ServedUser } from "../steps/hold_out.ts";
import type { PairRules } from "../steps/leave_out.ts";
import type { Columns, EngineInput } from "../drop/task.ts";
import type { Run } from "./begin_run.ts";
import type { HeldOutUser } from "./hold_out.ts";

/** @throws UsageError for random offers to users held out beside limits, which are not split between the two parts */
export function refuseRandomBesideLimits({ holdout, limits, maxChanged }: EngineInput): void {
  if (holdout?.solver !== "random") return;
  if (limits !== undefined || maxChanged !== undefined) throw randomBesideLimits();
}

/** A run beside users held out who have offers. */
interface BesideServed {
  /** The run, with what they got taken off its caps. */
  readonly run: Run;
  /** Offers that they got; null: they get nothing. */
  readonly randomOffers: number | null;
}

/**
 * Gives users held out random offers, where they are to get some.
 *
 * @param rules which pairs count
 * @throws InputError for pins that are more than the caps that are left
 */
export async function serveHeldOut(
  run: Run,
  users: readonly HeldOutUser[] | null,
  rules: PairRules,
): Promise<BesideServed> {
  const { input: { holdout, policy }, engine, columns, options } = run;
  if (users === null || holdout?.solver !== "random") return { run, randomOffers: null };
  options.onProgress?.({ phase: "serve users held out" });
  const ids = IdPool.from(users.map(({ user }) => user));
  const cap = columns.cap.slice(), groupSize = new Float64Array(columns.groups.length);
  const ratio = columns.ratio.map((r) => Number.isNaN(r) ? options.defaultRatio ?? 0 : r);
  // The order does not depend on what is drawn.
  const order = new RandomDraw({ ...columns, groupSize }, holdout, policy).orderOf(ids);
  let draw: RandomDraw | null = null, given = 0;
  await engine.serveHeldOut(Array.from(order, (u) => users[u].user), columns, rules, {
    begin(places) {
      for (const place of places) groupSize[users[order[place]].group]++;
      draw = new RandomDraw({ ...columns, groupSize }, holdout, policy);
    },
    next(some) {
      const rows: string[][] = [];
      for (const one of some) {
        const u = order[one.place], { user, group } = users[u], pairs = inOrder(one);
        const contracts = pairs.map(({ c }) => c), k = columns.ownK?.values[one.kc] ?? policy.k;
        for (const i of draw!.next(ids, u, group, k, contracts)) {
          rows.push(rowOf(columns, user, group, pairs[i], ratio[group]));
          cap[contracts[i]]--;
        }
      }
      given += rows.length;
      return rows;
    },
  }, options);
  return { run: withCaps(run, cap), randomOffers: given };
}

/** A user's pair. */
interface Pair {
  readonly c: number;
  readonly score: number;
}

/** A user's pairs in the order of their contracts. */
function inOrder({ contracts, scores }: ServedUser): Pair[] {
  return contracts.map((c, i) => ({ c, score: scores[i] })).sort((a, b) => a.c - b.c);
}

/** A row of assignments. */
function rowOf(
  { contracts, sponsoredContracts, groups }: Columns,
  user: string,
  group: number,
  { c, score }: Pair,
  ratio: number,
): string[] {
  const isSponsored = c < sponsoredContracts ? "1" : "0";
  return [user, contracts[c], `${score}`, isSponsored, groups[group], `${ratio}`];
}

/** The run with other caps, beside which pins are checked again. */
function withCaps(run: Run, cap: Float64Array): Run {
  const { before, input } = run, columns = { ...run.columns, cap };
  const rows = input.before?.pins ?? null;
  const pins = rows === null
    ? null
    : pinsOf(rows, columns, input.policy, input.before!.pinsCreate === true);
  return { ...run, columns, before: before && { ...before, pins } };
}
