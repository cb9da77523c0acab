/**
 * Explaining: one function that answers "why?" about a user, a contract, a group or a limit.
 *
 * @module
 */
import { type Allocation, policyWithPrice } from "../allocator/model/allocation.ts";
import {
  type ContractExplanation,
  explainContract,
  explainGroup,
  explainLimit,
  explainUser,
  findLimitRow,
  type GroupExplanation,
  heldBackFrom,
  Inquiry,
  type LimitExplanation,
  type LimitRow,
  type UserExplanation,
} from "../allocator/explain/explain.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { quote, UsageError } from "../base/errors.ts";
import { heldOutInWords, indexOfContract, indexOfGroup, indexOfUser } from "./ids_of_drop.ts";
import { shownInNotebook } from "./in_notebook.ts";
import { aText, checkDrop, checkOptions, ofKind } from "../base/validate.ts";
import { checkAllocationOf } from "./allocation_of_drop.ts";

/** What a question is about: one of the first four, and of a limit which row. */
export interface Subject {
  user?: string;
  contract?: string;
  group?: string;
  limit?: string;
  row?: string;
  side?: LimitRow["side"];
}

/**
 * The parts of an allocation that explanations need: policy and its shortfall price, prices and offers. It may have been read
 * from files.
 */
export type Explicable =
  & Pick<Allocation, "policy" | "prices" | "offerStart" | "offerPair">
  & Partial<Pick<Allocation, "shortfallPrice" | "ownLimitsKept">>;

/**
 * Why a user got its offers: its eligible contracts, ranked, each with score, price and net value, and the reason where it was
 * not offered.
 *
 * @throws {UsageError} where the drop does not have the user, contract, group, limit or row, or the allocation has no prices
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { explain } from "./explain.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const { options } = explain(drop, await allocate(drop), { user: "bob" });
 * assertEquals(options[0].why_not, "full");
 * ```
 */
export function explain(
  drop: Drop,
  allocation: Explicable,
  about: { user: string },
): UserExplanation;
/**
 * Who got a contract and who nearly did, demand at price 0 and at its price, what one more unit could add.
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { explain } from "./explain.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const tea = explain(drop, await allocate(drop), { contract: "tea" });
 * assertEquals(tea.cap, 1);
 * assertEquals(tea.assigned, 1);
 * ```
 */
export function explain(
  drop: Drop,
  allocation: Explicable,
  about: { contract: string },
): ContractExplanation;
/**
 * What a group's ratio costs, and what lowering it by one user could gain.
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { explain } from "./explain.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const north = explain(drop, await allocate(drop), { group: "north" });
 * assertEquals(north.users, 2);
 * assertEquals(north.sponsored_users, 1);
 * ```
 */
export function explain(
  drop: Drop,
  allocation: Explicable,
  about: { group: string },
): GroupExplanation;
/**
 * How a limit stands: amount, used and price of each row. For the only row, or the one that `row` names by its values
 * (`31+north`), also which pairs nearly became offers and what one more unit could add. A limit with a most and a least has two
 * rows of the same values: `side` tells which is meant, the most where it is left out.
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { explain } from "./explain.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 2, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 *   limits: [{ limit: "one cup", atMost: 1 }],
 * });
 * const { row } = explain(drop, await allocate(drop), { limit: "one cup" });
 * assertEquals(row?.used, 1);
 * assertEquals(row?.nearly[0].user_id, "bob");
 * ```
 */
export function explain(
  drop: Drop,
  allocation: Explicable,
  about: { limit: string; row?: string; side?: LimitRow["side"] },
): LimitExplanation;
export function explain(
  drop: Drop,
  allocation: Explicable,
  about: Subject,
): UserExplanation | ContractExplanation | GroupExplanation | LimitExplanation {
  checkDrop(drop);
  checkAllocationOf(drop, allocation);
  checkOptions("explain's question", about, {
    user: aText,
    contract: aText,
    group: aText,
    limit: aText,
    row: aText,
    side: ofKind({ type: "choice", choices: ["at_most", "at_least"] }),
  });
  const { row, side, ...subject } = about;
  if (Object.values(subject).filter((id) => id !== undefined).length !== 1) {
    throw new UsageError("explain needs one of user, contract, group, limit");
  }
  if (row !== undefined && about.limit === undefined) throw new UsageError("row needs limit");
  if (side !== undefined && about.limit === undefined) throw new UsageError("side needs limit");
  const { instance } = drop;
  const index = findSubject(instance, about);
  const { prices, ownLimitsKept } = allocation, policy = policyWithPrice(allocation);
  if (prices === null) {
    throw new UsageError("the allocation has no prices to explain by: use solver optimal");
  }
  const inquiry = new Inquiry({ instance, policy, prices, offers: allocation, ownLimitsKept });
  if (about.limit !== undefined) {
    return withText(explainLimit(inquiry, about.limit, index), "limit");
  }
  if (about.user !== undefined) return withText(explainUser(inquiry, index!), "user");
  if (about.contract !== undefined) return withText(explainContract(inquiry, index!), "contract");
  return withText(explainGroup(inquiry, index!), "group");
}

/**
 * Index of the user, contract, group or row of a limit that a question is about; undefined for a limit as a whole.
 *
 * @throws {UsageError} where the drop does not have it
 */
export function findSubject(
  instance: Instance,
  { user, contract, group, limit, row, side }: Subject,
): number | undefined {
  if (limit !== undefined) return findLimitRow(instance.limits, limit, row, side);
  if (user !== undefined) {
    if (instance.users.indexOfSorted(user) < 0) refuseWithReason(instance, user);
    return indexOfUser(instance, user);
  }
  if (contract !== undefined) return indexOfContract(instance, contract);
  return indexOfGroup(instance, group!);
}

/** Throws a {@link UsageError} that says why, where a user is held out, or history and bans removed all of the user's pairs. */
function refuseWithReason(instance: Instance, user: string): void {
  const out = heldOutInWords(instance, user);
  if (out !== null) throw new UsageError(out);
  const held = heldBackFrom(instance, user);
  if (held.length === 0) return;
  const pairs = held.slice(0, 5).map(({ contract_address, reason, because }) =>
    `${contract_address} (${reason}: ${because})`
  );
  const more = held.length > pairs.length ? ` and ${held.length - pairs.length} more` : "";
  throw new UsageError(
    `user ${quote(user)} has no eligible pair left: ${pairs.join(", ")}${more}`,
  );
}

/** The answer, which shows itself as text in a notebook. */
function withText<Answer extends object>(answer: Answer, as: keyof typeof TEXTS): Answer {
  return shownInNotebook(answer, async ({ textBundle }) => {
    const text = await TEXTS[as]();
    return textBundle((text as (answer: object) => string)(answer));
  });
}

/** The functions that write answers as text, loaded when one is shown. */
const TEXTS = {
  user: async () => (await import("../report/text/explain_text.ts")).explainUserText,
  contract: async () => (await import("../report/text/explain_text.ts")).explainContractText,
  group: async () => (await import("../report/text/explain_text.ts")).explainGroupText,
  limit: async () => (await import("../report/text/explain_limit_text.ts")).explainLimitText,
};
