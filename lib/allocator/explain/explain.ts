/**
 * Explanations of an allocation, from the prices of its certificate: about a user, a contract, a group or a limit.
 *
 * Given the prices, each user's best bundle depends on no other user (see lib/allocator/optimal/dual/dual_problem.ts). So an
 * answer reads only the pairs of the users that it is about.
 *
 * @example
 * ```ts
 * import { explainUser, Inquiry } from "./explain.ts";
 * import { IdPool } from "../../base/ids/ids.ts";
 * import { defaultPolicy } from "../model/policy.ts";
 * import { compileDualProblem, zeroPrices } from "../optimal/dual/dual_problem.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * // Two users want a contract with one unit; v got it.
 * const instance = {
 *   users: IdPool.from(["u", "v"]), contracts: ["c"], sponsoredContracts: 0,
 *   cap: Float64Array.of(1), brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0),
 *   groupSize: Uint32Array.of(2), group: Uint32Array.of(0, 0), start: Uint32Array.of(0, 1, 2),
 *   middle: Uint32Array.of(0, 1), contract: Uint16Array.of(0, 0), score: Float64Array.of(0.25, 0.5),
 * };
 * const policy = { ...defaultPolicy, covW: [] };
 * const none = zeroPrices(compileDualProblem(instance, policy));
 * const inquiry = new Inquiry({
 *   instance,
 *   policy,
 *   prices: { ...none, contract: Float64Array.of(0.25) },
 *   offers: { offerStart: Uint32Array.of(0, 0, 1), offerPair: Uint32Array.of(1) },
 * });
 * const { loss, options } = explainUser(inquiry, 0);
 * assertEquals(loss, 0.25);
 * assertEquals(options[0].why_not, "full");
 * assertEquals(options[0].price, 0.25);
 * ```
 *
 * @module
 */
export { type Alternates, findAlternates } from "./alternates.ts";
export { Inquiry, type Question } from "./question.ts";
export {
  explainUser,
  heldBackFrom,
  type HeldBackOption,
  type OptionExplanation,
  type UserExplanation,
} from "./user.ts";
export type { WhyNot } from "./why_not.ts";
export {
  type Bidder,
  type ContractExplanation,
  type ContractLimit,
  explainContract,
} from "./contract.ts";
export { gainOfAmount, gainOfMinimum, gainOfUnit } from "./gain.ts";
export {
  explainLimit,
  findLimitRow,
  indexOfRow,
  type LimitBidder,
  type LimitExplanation,
  type LimitRowExplanation,
} from "./limit.ts";
export type { LimitAgainst } from "./limits_against.ts";
export type { LimitRow, RowStatus } from "./limit_rows.ts";
export type { Holder, MissedReason, Taker } from "./missed_limits.ts";
export {
  explainGroup,
  type GroupExplanation,
  type GroupLimitPrices,
  type Swayed,
} from "./group.ts";
