/**
 * Prices for all users: those of the sample, corrected by full passes until the bound hardly falls any more.
 *
 * @module
 */
import { usedOf } from "../../allocator/limits/kinds/group_rules.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import { settledPrices } from "./settle.ts";
import type { Sample } from "./sample.ts";
import type { PassResult } from "../steps/price.ts";
import type { EngineRun } from "../steps/steps.ts";
import { amountsOf, usedBySlots } from "../drop/slot_rows.ts";

/** Sums of doubles differ by less than this share from pass to pass, as threads add them in any order. */
const ROUNDING = 1e-11;

/**
 * Near its minimum the bound hardly changes, but loads that match the caps leave less to decide and to repair. So steps
 * that gain less than the tolerance go on while Σ price × |unused| falls below the share EVENER of its last value and
 * the bound rises by at most the share LEVEL. They end once Σ price × |unused| is below FEW tolerances of the bound;
 * below CLOSE tolerances no further pass is made.
 */
const EVENER = 0.8, LEVEL = 1e-8, FEW = 1000, CLOSE = 10;

/** The best prices so far and what they prove. */
export interface Refined {
  /** Prices. */
  readonly prices: Prices;
  /** What users use at these prices, and the bound. */
  readonly result: PassResult;
  /** Full passes made. */
  readonly passes: number;
}

/** How {@link refine} is limited. */
export interface RefineOptions extends RunControl {
  /** Stop when what a step may still gain is below this share of the bound. */
  readonly tolerance: number;
  /** Value of `performance.now()` from which on no step is begun. */
  readonly deadline: number;
  /** Most full passes; at least one evaluation is made. */
  readonly mostPasses: number;
  /** Goes on from these prices, not the start ones. */
  readonly from?: Refined;
  /** Steps go on until {@link slackness} is below this share of the bound, however little they gain. */
  readonly even?: number;
  /** Called with every new best. */
  readonly onBest?: (refined: Refined) => Promise<void>;
}

/**
 * Evaluates D at the start prices, then steps: the sample, its capacities corrected so that its gradient is the one of all
 * users, is minimised again from the best prices with the price solver. Where that raises the bound, half of the step is
 * tried, then a quarter.
 *
 * Complementary slackness, Σ price × |cap − load|, tells how far the users' own choices are from an allocation.
 */
export async function refine(
  problem: DualProblem,
  engine: EngineRun,
  sample: Sample,
  start: Prices,
  options: RefineOptions,
): Promise<Refined> {
  const { from, even } = options;
  let passes = from?.passes ?? 0;
  const look = async (trial: Prices): Promise<Refined> => {
    const prices = await settledPrices(problem, engine, trial, options);
    const result = await engine.evaluate(problem, prices, options);
    passes += problem.countsSponsored ? 2 : 1;
    const detail = `pass ${passes}, bound ${result.bound.toPrecision(9)}`;
    options.onProgress?.({ phase: "prices of all users", detail });
    return { prices, result, passes };
  };
  let best = from ?? await look(start);
  if (from === undefined) await options.onBest?.(best);
  let fails = 0;
  const timeIsLeft = () => performance.now() < options.deadline;
  while (passes < options.mostPasses && fails < 3 && timeIsLeft()) {
    options.signal?.throwIfAborted();
    const size = Math.abs(best.result.bound), slack = slackness(problem, best);
    if (slack < (even ?? CLOSE * options.tolerance) * size) break;
    const target = await sample.minimise(best.prices, best.result, {
      signal: options.signal,
      deadline: options.deadline,
    });
    let step = 1, next: Refined | null = null;
    for (fails = 0; fails < 3 && passes < options.mostPasses && timeIsLeft(); fails++, step /= 2) {
      const trial = await look(between(problem, best.prices, target, step));
      const gained = best.result.bound - trial.result.bound;
      const evener = gained > -LEVEL * size && slackness(problem, trial) < EVENER * slack;
      if (gained > ROUNDING * size || evener) {
        next = trial;
        break;
      }
    }
    if (next === null) break;
    const gained = best.result.bound - next.result.bound;
    best = next;
    await options.onBest?.(best);
    const left = slackness(problem, best);
    const few = left < FEW * options.tolerance * size || left > EVENER * slack;
    if (gained < options.tolerance * size && few && even === undefined) break;
  }
  return { ...best, passes };
}

/**
 * Σ price × |unused| over caps, limits and the groups' rules whose prices are searched for: 0 where everything that has
 * a price is exactly used up.
 */
export function slackness(problem: DualProblem, { prices, result }: Refined): number {
  const used = usedBySlots(problem, result.offers), amount = amountsOf(problem);
  const price = [...prices.contract, ...(prices.limit ?? [])];
  let sum = price.reduce((total, p, r) => total + p * Math.abs(amount[r] - used[r]), 0);
  for (const rule of problem.rules.others) {
    prices[rule.name].forEach((p, g) => {
      if (p > 0) sum += p * Math.abs(rule.amount[g] - usedOf(rule, g, result.counts.of(g)));
    });
  }
  return sum;
}

/**
 * The prices a share of the way from one to the other. Those of the number of sponsored users stay: they are settled
 * again at each point.
 */
function between({ rules }: DualProblem, from: Prices, to: Prices, share: number): Prices {
  const mix = (name: keyof Prices) =>
    from[name]!.map((price, i) => price + share * (to[name]![i] - price));
  return {
    ...from,
    contract: mix("contract"),
    ...Object.fromEntries(rules.others.map(({ name }) => [name, mix(name)])),
    ...(from.limit !== undefined && { limit: mix("limit") }),
  };
}
