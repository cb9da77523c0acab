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
import { beginCut, type CutEnd, isCutLikely, type ShortfallCut } from "./dual/shortfall_cut.ts";

/** A bound that is being worked out: at these lifted prices of a cut, for this shortfall price. */
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
  readonly #cut: (end?: CutEnd) => Promise<ShortfallCut>;
  readonly #least: () => Promise<LeastShortfall>;
  readonly #lifted: Promise<Lifted> | null;

  /** Begins, for a drop with limits; `asked`: the shortfall price asked for. Must be closed. */
  constructor(problem: DualProblem, prices: Prices, asked: number) {
    this.#problem = problem;
    this.#prices = prices;
    // Where nothing is missed none of it is needed.
    const aside = this.#aside = isCutLikely(problem, prices) ? Aside.of(problem) : Aside.none();
    this.#cut = beginCut(
      problem,
      prices,
      (missing, rounded) => aside.begin({ asks: "bound", problem: missing, prices: rounded }),
    );
    this.#least = aside.begin({ asks: "least shortfall", problem });
    this.#lifted = aside.isBeside && asked > problem.shortfallPrice ? this.#lift(asked) : null;
  }

  /** Whether it is about these prices. */
  isOf(prices: Prices): boolean {
    return prices === this.#prices;
  }

  /** The cut that proves most, see {@link beginCut}. */
  cut(end: CutEnd): Promise<ShortfallCut> {
    return this.#cut(end);
  }

  /** The least shortfall of the groups' minima. */
  least(): Promise<LeastShortfall> {
    return this.#least();
  }

  /** D of a problem that has its shortfall price from a cut, at the prices lifted by that. */
  async boundAt(problem: DualProblem, lifted: Prices, cut: ShortfallCut | null): Promise<number> {
    const known = await this.#lifted;
    return known !== null && known.cut === cut?.prices && known.asked === problem.shortfallPrice
      ? await known.bound()
      : fastBoundAt(problem, lifted);
  }

  /** Guesses that the cut that proves most will be the one, whatever is missed. */
  async #lift(asked: number): Promise<Lifted> {
    const { point, prices: cut } = await this.#cut();
    const problem = atShortfallPrice(this.#problem, asked);
    const prices = liftPrices(problem, this.#prices, this.#problem.shortfallPrice, point);
    return { cut, asked, bound: this.#aside.begin({ asks: "bound", problem, prices }) };
  }

  /** Sends the worker away. */
  close(): void {
    this.#aside.close();
  }
}
