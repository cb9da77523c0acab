/**
 * Random offers to users who are held out of a drop: a baseline to compare the optimal offers with, under the same rules.
 *
 * @module
 */
import { optionInWords } from "../../base/option_words.ts";
import { UsageError } from "../../base/errors.ts";
import { IdPool } from "../../base/ids.ts";
import { UniformHash } from "../drop/uniform_hash.ts";
import type { HeldOut, Instance } from "../drop/instance/instance.ts";
import { type Offers, offersFromSlots } from "./offers.ts";
import { floorShare } from "../../base/share.ts";
import { mostOffers, type Policy } from "./policy.ts";
import { kOfUser } from "./user_k.ts";

/**
 * Gives held-out users random eligible offers, and takes those units off the caps for the others. The drop is returned as it is
 * if they get none. Their part of each cap is the share of users held out (fractions are rounded by a hash), and at least one
 * unit stays for the others. A hash orders the users, and the options of each. Kept are k, types, the brand limit and the most
 * sponsored users of a group; minima and assignment ratios don't apply to held-out users.
 *
 * @throws {UsageError} for a drop with limits: they are not split between the two parts
 */
export function serveHeldOut(instance: Instance, policy: Policy): Instance {
  const { heldOut } = instance;
  if (heldOut === undefined || heldOut.solver === "none" || heldOut.offers !== undefined) {
    return instance;
  }
  if (instance.limits !== undefined) {
    throw new UsageError(
      `random offers to users held out (${
        optionInWords("holdoutSolver")
      } random) don't go with limits yet: hold them out without offers`,
    );
  }
  const offers = randomOffers(heldOut, instance.cap, policy);
  return lessGiven({ ...instance, heldOut: { ...heldOut, offers } }, heldOut.instance, offers);
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
  const { start, contract, sponsoredContracts, users, group, groupSize, brand } = instance;
  const hash = new UniformHash(seed, 1), k = mostOffers(instance, policy);
  const ids = IdPool.from(instance.contracts);
  const left = cap.map((units, c) =>
    Math.max(0, Math.min(units - 1, Math.floor(units * share * (1 + 1e-12) + hash.of(ids, c))))
  );
  const most = groupSize.length === 0 || policy.maxSponsoredRatio === null
    ? null
    : Float64Array.from(groupSize, (n) => floorShare(policy.maxSponsoredRatio!, n));
  const slots = new Uint32Array(group.length * k), count = new Uint16Array(group.length);
  const place = Float64Array.from(group, (_, u) => hash.of(users, u));
  for (const u of Uint32Array.from(group.keys()).sort((a, b) => place[a] - place[b] || a - b)) {
    const from = start[u], options = start[u + 1] - from;
    const value = Float64Array.from(
      { length: options },
      (_, i) => hash.of(users, u, contract[from + i]),
    );
    const order = Uint32Array.from({ length: options }, (_, i) => i)
      .sort((a, b) => value[a] - value[b] || a - b);
    const brands = new Map<number, number>(), own = kOfUser(instance, policy, u);
    let type: boolean | null = null;
    for (const i of order) {
      const c = contract[from + i], isSponsored = c < sponsoredContracts;
      if (count[u] === own || left[c] < 1) continue;
      if (policy.model === "uniform" && type !== null && type !== isSponsored) continue;
      if (isSponsored && type === null && most !== null && policy.model === "uniform") {
        if (most[group[u]] < 1) continue;
        most[group[u]]--;
      }
      if (policy.maxPerBrand !== null && brand !== null) {
        const held = brands.get(brand[c]) ?? 0;
        if (held >= policy.maxPerBrand) continue;
        brands.set(brand[c], held + 1);
      }
      left[c]--;
      type = isSponsored;
      slots[u * k + count[u]++] = from + i;
    }
  }
  return offersFromSlots(instance, k, slots, count);
}
