/**
 * Random offers to users held out of a drop.
 *
 * @module
 */
import { Drop } from "../allocator/drop/drop.ts";
import { type Policy, policyFrom } from "../allocator/model/policy.ts";
import { serveHeldOut } from "../allocator/model/random_offers.ts";
import { checkDrop, checkOptions } from "../base/validate.ts";
import { POLICY_OPTIONS } from "./policy_options.ts";

/**
 * Gives random eligible offers, under the same rules, to the users held out of a drop made with `holdoutSolver: "random"`, and
 * takes the units off the caps. Allocate the drop that is returned. `writeAssignments` writes the random offers too, with a
 * column `holdout`. Any other drop is returned as it is.
 *
 * @throws {UsageError} for a drop with limits, or an unknown option or one out of range
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { serveHoldout } from "./holdout.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const ids = Array.from({ length: 20 }, (_, i) => `user ${i}`);
 * const drop = serveHoldout(Drop.from({
 *   users: ids.map((id) => ({ id, group: "all" })),
 *   contracts: [{ id: "tea", cap: 20, sponsored: false }],
 *   groups: [{ id: "all", ratio: 0 }],
 *   pairs: ids.map((user) => ({ user, contract: "tea", score: 0.5 })),
 * }, { holdout: "20%", holdoutSolver: "random" }));
 * const given = (await allocate(drop)).offerPair.length + drop.instance.heldOut!.offers!.offerPair.length;
 * assertEquals(given, 20);
 * ```
 */
export function serveHoldout(drop: Drop, options: Partial<Policy> = {}): Drop {
  checkDrop(drop);
  checkOptions("serveHoldout", options, POLICY_OPTIONS);
  const instance = serveHeldOut(drop.instance, policyFrom(options)), { holdout } = drop.input;
  const given = instance.heldOut?.offers;
  // Under a scenario they are drawn before, and only the count is missing.
  if (given === undefined || holdout?.random_offers !== undefined) return drop;
  const counts = { users: 0, groups: 0, ...holdout, random_offers: given.offerPair.length };
  return new Drop(instance, { ...drop.input, holdout: counts });
}
