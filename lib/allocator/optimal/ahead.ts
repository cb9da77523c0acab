/**
 * What is needed of prices once an allocation is there, begun as soon as they are known: a worker that has no passes to do works it out
 * while this thread recovers.
 *
 * @module
 */
import { Aside } from "./passes/aside.ts";
import { atShortfallPrice, type DualProblem } from "./dual/dual_problem.ts";
import { fastBoundAt } from "./passes/fast_bound.ts";
import type { LeastShortfall } from "../limits/least_shortfall.ts";
import { liftPrices } from "./dual/lift_prices.ts";
import type { Prices } from "../model/allocation.ts";
import {
  beginCut,
  type CutEnd,
  type CutPrices,
  isCutLikely,
  type ShortfallCut,
} from "./dual/shortfall_cut.ts";

/** A bound that is being worked out, at prices lifted by this cut to this shortfall price. */
interface Lifted {
  readonly cut: Prices;
  readonly asked: number;
  readonly bound: () => Promise<number>;
}

/** The cut of some prices, the bound with it at the shortfall price asked for, and the least shortfall of the drop. */
export class Ahead {
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  readonly #aside: Aside;
  /** Null until it is wanted, where no worker begins at once. */
  #cut: ReturnType<typeof beginCut> | null = null;
  readonly #least: () => Promise<LeastShortfall>;
  readonly #lifted: Lifted | null;

  /** Begins, for a drop with limits; `asked`: the shortfall price asked for. Must be closed. */
  constructor(problem: DualProblem, prices: Prices, asked: number) {
    this.#problem = problem;
    this.#prices = prices;
    // Where nothing is missed none of it is needed.
    const aside = this.#aside = isCutLikely(problem, prices) ? Aside.of(problem) : Aside.none();
    if (aside.isBeside) this.#cut = this.#beginCut();
    // Answers come late where this thread is busy, so nothing waits for one to be asked: the bound is begun for the likely cut.
    this.#lifted = this.#cut !== null && asked > problem.shortfallPrice
      ? liftedBy(this.#cut.likely, problem, prices, asked, aside)
      : null;
    this.#least = aside.begin({ asks: "least shortfall", problem });
  }

  /** Whether it is about these prices. */
  isOf(prices: Prices): boolean {
    return prices === this.#prices;
  }

  /** The cut that proves most, see {@link beginCut}. */
  cut(end: CutEnd): Promise<ShortfallCut> {
    return (this.#cut ??= this.#beginCut()).best(end);
  }

  #beginCut(): ReturnType<typeof beginCut> {
    const bound = (missing: DualProblem, rounded: Prices) =>
      this.#aside.begin({ asks: "bound", problem: missing, prices: rounded });
    return beginCut(this.#problem, this.#prices, bound);
  }

  /** The least shortfall of the groups' minima. */
  least(): Promise<LeastShortfall> {
    return this.#least();
  }

  /** D of a problem that has its shortfall price from a cut, at the prices lifted by that. */
  async boundAt(problem: DualProblem, lifted: Prices, cut: ShortfallCut | null): Promise<number> {
    const known = this.#lifted;
    return known !== null && known.cut === cut?.prices && known.asked === problem.shortfallPrice
      ? await known.bound()
      : fastBoundAt(problem, lifted);
  }

  /** Sends the worker away. */
  close(): void {
    this.#aside.close();
  }
}

function liftedBy(
  { point, prices: cut }: CutPrices,
  problem: DualProblem,
  prices: Prices,
  asked: number,
  aside: Aside,
): Lifted {
  const dearer = atShortfallPrice(problem, asked);
  const lifted = liftPrices(dearer, prices, problem.shortfallPrice, point);
  return { cut, asked, bound: aside.begin({ asks: "bound", problem: dearer, prices: lifted }) };
}
