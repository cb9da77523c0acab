/**
 * How much must be missed, and the bound that follows from it at the shortfall price asked for. Both are needed once an allocation is
 * there, and begun as soon as prices are known: an idle worker works them out while this thread recovers.
 *
 * @module
 */
import { IdleWorker } from "./passes/questions.ts";
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
export class ShortfallProof {
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  readonly #worker: IdleWorker;
  /** Null until it is wanted, where no worker begins at once. */
  #cut: ReturnType<typeof beginCut> | null = null;
  readonly #least: () => Promise<LeastShortfall>;
  readonly #lifted: Lifted | null;

  /** Begins, for a drop with limits; `asked`: the shortfall price asked for. Must be closed. */
  constructor(problem: DualProblem, prices: Prices, asked: number) {
    this.#problem = problem;
    this.#prices = prices;
    // Where nothing is missed none of it is needed.
    const worker = this.#worker = isCutLikely(problem, prices)
      ? IdleWorker.of(problem)
      : IdleWorker.none();
    if (worker.isThere) this.#cut = this.#beginCut();
    // Answers come late where this thread is busy, so nothing waits for one to be asked: the bound is begun for the likely cut.
    this.#lifted = this.#cut !== null && asked > problem.shortfallPrice
      ? liftedBy(this.#cut.likely, problem, prices, asked, worker)
      : null;
    this.#least = worker.begin({ asks: "least shortfall", problem });
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
      this.#worker.begin({ asks: "bound", problem: missing, prices: rounded });
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
    this.#worker.close();
  }
}

function liftedBy(
  { point, prices: cut }: CutPrices,
  problem: DualProblem,
  prices: Prices,
  asked: number,
  worker: IdleWorker,
): Lifted {
  const dearer = atShortfallPrice(problem, asked);
  const lifted = liftPrices(dearer, prices, problem.shortfallPrice, point);
  return { cut, asked, bound: worker.begin({ asks: "bound", problem: dearer, prices: lifted }) };
}
