/**
 * Every user's best bundle at given prices: where recovery starts.
 *
 * @module
 */
import { sponsoredPrices } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { Holdings } from "./holdings.ts";
import { takeKeepingBrands } from "./brand_limit.ts";
import { BundleKernel } from "../dual/bundle_kernel.ts";
import { constantTerm, type DualProblem } from "../dual/dual_problem.ts";
import type { KeptBundles } from "../passes/kept_bundles.ts";
import { wholeBlock } from "../dual/pair_block.ts";
import { takeBest } from "../passes/take_best.ts";
import { areFinite, type TakeBundle, UserScan } from "../passes/user_scan.ts";

/** How {@link argmaxBundles} looks, and what it tells. */
interface ArgmaxOptions {
  /** Whether WebAssembly looks where it can, which finds the same. @default true */
  readonly vectors?: boolean;
  /** Whether users get only what those before them have left and their groups' limits allow. @default false */
  readonly within?: boolean;
  /** Called with what each user's best bundle is worth at the prices, with the noise. */
  readonly onWorth?: (worth: number) => void;
}

/**
 * Each user's best bundle at the prices, scores taken with noise up to ±`amplitude` (see `noise.ts`). With the noise that
 * the prices were found under, equal scores are spread over the contracts as the prices mean it, not all on the first.
 *
 * @param wanted Int32Array, length users: the shape that a user is to get, −1: that of its best bundle
 */
export function argmaxBundles(
  problem: DualProblem,
  prices: Prices,
  amplitude: number,
  wanted: Int32Array | null = null,
  { vectors = true, within = false, onWorth }: ArgmaxOptions = {},
): Holdings {
  const { instance, k, rules } = problem, users = instance.group.length;
  const holdings = new Holdings(problem);
  const kernel = new BundleKernel(problem, holdings.netPrices(prices));
  kernel.setPricesOfGroups(prices);
  const sponsoredPrice = sponsoredPrices(rules, prices);
  const bundle = new Int32Array(k);
  const others = rules.others.map(({ name }) => prices[name]);
  const fast = vectors ? UserScan.forBundles(problem) : null;
  const given = { netPrice: kernel.netPrice, others, sponsored: sponsoredPrice };
  // What noise may have added to the lead of a bundle.
  const most = 2 * k * amplitude, lead = new Float64Array(users);
  const ahead = new Float64Array(users);
  const take: TakeBundle = (u, count, noisy, worth, noisyAhead) => {
    onWorth?.(worth);
    holdings.setBundle(u, bundle, within ? withRoom(holdings, u, bundle, count) : count);
    lead[u] = Math.max(0, noisy - most);
    ahead[u] = Math.max(0, noisyAhead - most);
  };
  const all = wholeBlock(problem, 0, users);
  if (!fast?.takeBest(all, given, amplitude, wanted, bundle, take)) {
    takeBest(kernel, all, sponsoredPrice, amplitude, wanted, (u, shape, ...found) => {
      take(u, takeKeepingBrands(kernel, shape, bundle), ...found);
    });
  }
  // A mixed bundle may have been cut to its brand limit, and infinite prices have no differences.
  if (problem.itemBrand === null && areFinite(kernel.netPrice)) {
    holdings.leads = { prices, lead, ahead };
  }
  return holdings;
}

/** Every user's best bundle as the pass that proved the prices kept them. They belong to the holdings from then on. */
export function holdingsOf(
  problem: DualProblem,
  prices: Prices,
  { slots, count, lead, ahead }: KeptBundles,
): Holdings {
  const holdings = new Holdings(problem, { slots, count });
  holdings.leads = { prices, lead, ahead };
  return holdings;
}

/** What each user can have of its bundle after those before it. */
export function withinRoom(problem: DualProblem, { slots, count }: KeptBundles): Holdings {
  const holdings = new Holdings(problem), { k } = problem, bundle = new Int32Array(k);
  for (let u = 0; u < count.length; u++) {
    for (let t = 0; t < k; t++) bundle[t] = slots[u * k + t];
    holdings.setBundle(u, bundle, withRoom(holdings, u, bundle, count[u]));
  }
  return holdings;
}

/** Leaves out of a user's bundle what has no room. Returns how many are left; 0 if the user may not have these. */
function withRoom(holdings: Holdings, u: number, bundle: Int32Array, count: number): number {
  const { load, problem: { instance: { cap, contract } } } = holdings;
  let n = 0;
  for (let t = 0; t < count; t++) {
    const p = bundle[t], c = contract[p];
    if (load[c] < cap[c]) bundle[n++] = p;
  }
  const sponsored = holdings.sponsoredAmong(u, bundle, n);
  const mayHave = holdings.shapeOf(u, sponsored, n - sponsored) >= 0 &&
    holdings.rulesAllow(u, sponsored, n - sponsored) && holdings.limitsAllow(u, bundle, n);
  return mayHave ? n : 0;
}

/**
 * In one pass over the pairs, the bound that prices prove, and what each user can have of its best bundle after those before it: for
 * when time is out.
 */
export function argmaxAndBound(
  problem: DualProblem,
  prices: Prices,
): { holdings: Holdings; bound: number } {
  let bound = constantTerm(problem, prices);
  const onWorth = (worth: number) => bound += worth;
  return { holdings: argmaxBundles(problem, prices, 0, null, { within: true, onWorth }), bound };
}
