/**
 * Random offers to users who are held out of a drop: a baseline to compare the optimal offers with, under the same rules.
 *
 * @module
 */
import { BEFORE_FLOOR } from "../../base/numbers/rounding.ts";
import { optionInWords } from "../../base/option_words.ts";
import { UsageError } from "../../base/errors.ts";
import { IdPool } from "../../base/ids/ids.ts";
import { UniformHash } from "../drop/uniform_hash.ts";
import type { HeldOut, Instance } from "../drop/instance/instance.ts";
import { type Offers, offersFromSlots } from "./offers.ts";
import { floorShare } from "../../base/numbers/share.ts";
import { mostOffers, type Policy } from "./policy.ts";
import { kOfUser } from "./user_k.ts";

/**
 * Gives held-out users random eligible offers, and takes those units off the caps for the others. The drop is returned as it is
 * if they get none. Their part of each cap is the share of users held out (fractions are rounded by a hash), and at least one
 * unit stays for the others. A hash orders the users, and the options of each. Kept are k, types, the brand limit and the most
 * sponsored users of a group; minima and assignment ratios don't apply to held-out users. So their most sponsored users are rounded
 * down, to none in a small group: only a group with a minimum may have one in any case.
 *
 * @throws {UsageError} for a drop with limits: they are not split between the two parts
 */
export function serveHeldOut(instance: Instance, policy: Policy): Instance {
  const { heldOut } = instance;
  if (heldOut === undefined || heldOut.solver === "none" || heldOut.offers !== undefined) {
    return instance;
  }
  if (instance.limits !== undefined) throw randomBesideLimits();
  const offers = randomOffers(heldOut, instance.cap, policy);
  return lessGiven({ ...instance, heldOut: { ...heldOut, offers } }, heldOut.instance, offers);
}

/** The error for random offers in a drop with limits. */
export function randomBesideLimits(): UsageError {
  return new UsageError(
    `random offers to users held out (${
      optionInWords("holdoutSolver")
    } random) don't go with limits yet: hold them out without offers`,
  );
}

/** The drop with the units of these offers taken off its caps. */
function lessGiven(instance: Instance, of: Instance, { offerPair }: Offers): Instance {
  const cap = instance.cap.slice();
  for (const pair of offerPair) cap[of.contract[pair]]--;
  return { ...instance, cap };
}

/** @param cap the units that there are, under a scenario those that it leaves */
function randomOffers(
  { instance, share, seed }: HeldOut,
  cap: Float64Array,
  policy: Policy,
): Offers {
  const { start, contract, users, group } = instance;
  const k = mostOffers(instance, policy);
  const draw = new RandomDraw({ ...instance, cap }, { share, seed }, policy);
  const slots = new Uint32Array(group.length * k), count = new Uint16Array(group.length);
  for (const u of draw.orderOf(users)) {
    const from = start[u], options = contract.subarray(from, start[u + 1]);
    for (const i of draw.next(users, u, group[u], kOfUser(instance, policy, u), options)) {
      slots[u * k + count[u]++] = from + i;
    }
  }
  return offersFromSlots(instance, k, slots, count);
}

/** What is drawn from. */
interface DrawnFrom {
  readonly contracts: readonly string[];
  readonly sponsoredContracts: number;
  /** Float64Array, length contracts: the units that there are, those for the others among them. */
  readonly cap: Float64Array;
  readonly brand: Uint32Array | null;
  /** Length groups: users held out of each. */
  readonly groupSize: ArrayLike<number>;
}

/** Draws random offers for users held out, one user after the other. */
export class RandomDraw {
  readonly #from: DrawnFrom;
  readonly #policy: Policy;
  readonly #hash: UniformHash;
  /** Units left by contract. */
  readonly #left: Float64Array;
  /** Sponsored users that groups may still have; null: any number. */
  readonly #most: Float64Array | null;

  /** @param of the share of users held out, and the seed of the hash */
  constructor(
    from: DrawnFrom,
    { share, seed }: { readonly share: number; readonly seed: number },
    policy: Policy,
  ) {
    const { contracts, cap, groupSize } = from;
    const hash = new UniformHash(seed, 1), ids = IdPool.from(contracts);
    this.#from = from;
    this.#policy = policy;
    this.#hash = hash;
    this.#left = cap.map((units, c) =>
      Math.max(0, Math.min(units - 1, Math.floor(units * share * BEFORE_FLOOR + hash.of(ids, c))))
    );
    this.#most = groupSize.length === 0 || policy.maxSponsoredRatio === null
      ? null
      : Float64Array.from(groupSize, (n) => floorShare(policy.maxSponsoredRatio!, n));
  }

  /** The order in which users, whose ids are sorted, draw. */
  orderOf(users: IdPool): Uint32Array {
    const all = Uint32Array.from({ length: users.length }, (_, u) => u);
    const place = Float64Array.from(all, (u) => this.#hash.of(users, u));
    return all.sort((a, b) => place[a] - place[b] || a - b);
  }

  /** The next user's offers: places in `options`, the contracts of its pairs in ascending order. `k`: most offers. */
  next(users: IdPool, u: number, g: number, k: number, options: ArrayLike<number>): number[] {
    const { sponsoredContracts, brand } = this.#from, policy = this.#policy;
    const left = this.#left, most = this.#most;
    const value = Float64Array.from(options, (c) => this.#hash.of(users, u, c));
    const order = Uint32Array.from({ length: options.length }, (_, i) => i)
      .sort((a, b) => value[a] - value[b] || a - b);
    const brands = new Map<number, number>(), chosen: number[] = [];
    let type: boolean | null = null;
    for (const i of order) {
      const c = options[i], isSponsored = c < sponsoredContracts;
      if (chosen.length === k || left[c] < 1) continue;
      if (policy.model === "uniform" && type !== null && type !== isSponsored) continue;
      if (isSponsored && type === null && most !== null && policy.model === "uniform") {
        if (most[g] < 1) continue;
        most[g]--;
      }
      if (policy.maxPerBrand !== null && brand !== null) {
        const held = brands.get(brand[c]) ?? 0;
        if (held >= policy.maxPerBrand) continue;
        brands.set(brand[c], held + 1);
      }
      left[c]--;
      type = isSponsored;
      chosen.push(i);
    }
    return chosen;
  }
}
