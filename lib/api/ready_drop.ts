/**
 * A drop made ready for its rules, in the same way for everything that solves or previews it.
 *
 * @module
 */
import type { Drop } from "../allocator/drop/drop.ts";
import type { Policy } from "../allocator/model/policy.ts";
import { refuseConflicts } from "../allocator/pins/pin_conflicts.ts";
import { serveHoldout } from "./holdout.ts";
import { checkRules } from "./policy_options.ts";

/**
 * The drop as `divvy allocate` solves it: with random offers given to users held out, where they get some, and the units that
 * these take off the caps.
 *
 * @throws {UsageError} where the drop lacks what the rules speak of: brands, previous offers
 * @throws {InputError} for pins that contradict a rule, or each other
 */
export function readyDrop(drop: Drop, policy: Policy): Drop {
  checkRules(drop.instance, policy);
  const ready = serveHoldout(drop, policy), { pins } = ready.instance;
  if (pins !== undefined) refuseConflicts(ready.instance, policy, pins);
  return ready;
}
