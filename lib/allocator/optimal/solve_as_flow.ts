/**
 * Solves a drop as a flow of least cost.
 *
 * @module
 */
import { Holdings } from "./recovery/holdings.ts";
import { atOnce } from "./at_once.ts";
import type { Clock } from "./clock.ts";
import { type DualProblem, zeroPrices } from "./dual/dual_problem.ts";
import { fastBoundAt } from "./passes/fast_bound.ts";
import { flowNetwork } from "./flow/flow_network.ts";
import type { OptimalOptions } from "./options.ts";
import { prove } from "./joint/proof.ts";
import { solveFlow } from "./flow/solve_flow.ts";
import type { Solved } from "./solved.ts";
import { takeSlots } from "./recovery/take_offers.ts";

/**
 * Solves a drop as a flow of least cost. If the drop is a flow problem, the result is optimal, and the flow's prices prove it. Otherwise
 * its prices are a start for the search, and its holdings may break rules.
 */
export async function solveAsFlow(
  problem: DualProblem,
  { onProgress }: OptimalOptions,
  clock: Clock,
): Promise<Solved> {
  const { price, arc, count, finished } = await solveFlow(flowNetwork(problem), {
    stop: clock.isShortForBound,
    pause: clock.pause,
    onDone: (done) => onProgress?.({ phase: "prices", done }),
  });
  const prices = { ...zeroPrices(problem), contract: price };
  const holdings = new Holdings(problem);
  takeSlots(holdings, arc, count);
  if (!finished) {
    const quick = await atOnce(problem, { prices });
    const isBetter = holdings.isFeasible() &&
      holdings.objective() >= quick.holdings.objective();
    return isBetter ? { ...quick, holdings } : quick;
  }
  const proof = await prove(
    problem,
    { prices, bound: fastBoundAt(problem, prices) },
    clock.stopped,
  );
  return { holdings, proof, bound: proof.bound, warnings: [], finished };
}
