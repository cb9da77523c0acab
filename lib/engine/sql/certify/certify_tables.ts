/**
 * The small tables that certification reads beside the original ones, and the numbers that contracts have in it.
 *
 * @module
 */
import { termsOfGroups } from "../../../allocator/check/bound/bound.ts";
import { demandsOf } from "../../../allocator/check/rules/demands.ts";
import { LimitCosts, LimitPrices } from "../../../allocator/check/bound/limit_prices.ts";
import { userOfPair } from "../../../allocator/drop/instance/instance.ts";
import type { Prices } from "../../../allocator/model/allocation.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { meaningOf, type OwnK } from "../../drop/own_k.ts";
import type { LimitedSlots } from "../../drop/slots.ts";
import type { JudgeRules } from "../../steps/certify.ts";
import type { SmallTable } from "../store/store.ts";

/** The rules of judging. */
export interface JudgedPairs extends JudgeRules {
  /** By group, the margin up to which users' bundles are listed for joint losses; absent: none are. */
  readonly near?: Float64Array;
}

/** The small tables that the statements read: contracts and their numbers, and groups with what their prices add. */
export function smallTables(
  problem: DualProblem,
  prices: Prices,
  { ownK, near, slots }: Pick<JudgedPairs, "ownK" | "near" | "slots">,
): SmallTable[] {
  const contracts = contractTable(slots?.names ?? problem.instance.contracts);
  const tables = [contracts, groupTable(problem, prices, near)];
  if (slots !== null) tables.push(slotTable(slots));
  if (ownK !== null) tables.push(...kTables(problem, ownK));
  return tables;
}

/** Contracts (with limits: slots, by the names that the pairs have) and their numbers, from 1, as a table. */
function contractTable(ids: readonly string[]): SmallTable {
  return {
    name: "_contract",
    columns: { contract_address: "text", number: "whole" },
    rows: ids.map((id, c) => [id, `${c + 1}`]),
  };
}

/**
 * Tables of users' own k: the code of each (group, k) that rows of the users' groups have, and what codes mean. Where a
 * user has several rows, the lowest code counts.
 */
function kTables({ instance: { groups } }: DualProblem, ownK: OwnK): SmallTable[] {
  const { keys, codes } = ownK;
  // Codes count from 1: 0 stands for none.
  return [{
    name: "_said_k",
    columns: { group_id: "text", own_k: "text", code: "whole" },
    rows: keys.map(([group, k], at) => [group, k, `${codes[at] + 1}`]),
  }, {
    name: "_code",
    columns: { code: "whole", of_group: "text", of_class: "whole" },
    rows: [...new Set(codes)].map((code) => {
      const { g, kc } = meaningOf(ownK, code);
      return [`${code + 1}`, groups[g], `${kc}`];
    }),
  }];
}

/** The name of each slot, as a table. */
function slotTable({ names }: LimitedSlots): SmallTable {
  return {
    name: "_slot",
    columns: { slot: "whole", slot_name: "text" },
    rows: names.map((name, s) => [`${s}`, name]),
  };
}

/**
 * Groups, as a table, with what their prices add to a user: `term` to a sponsored one, `up` per sponsored offer, `down`
 * per other offer, `mixes` to a mixed user; and `near`, see `joint_loss_sql.ts`.
 */
function groupTable(
  problem: DualProblem,
  prices: Prices,
  near: Float64Array | undefined,
): SmallTable {
  const { instance, policy } = problem;
  const { becoming, sponsored, others, mixing } = termsOfGroups(
    demandsOf(instance, policy),
    prices,
  );
  const rows = instance.groups.map((id, g) => {
    const adds = [becoming[g], sponsored[g], others[g], -mixing[g]];
    return [id, ...adds.map(String), String(near?.[g] ?? -1)];
  });
  return {
    name: "_group",
    columns: {
      group_id: "text",
      term: "real",
      up: "real",
      down: "real",
      mixes: "real",
      near: "real",
    },
    rows,
  };
}

/** The contracts that are judged, or slots where there are limits, by the numbers that they have in statements. */
export interface JudgedContracts {
  /** By number: the contract. */
  readonly contract: Uint32Array;
  /** How many of the first are sponsored. */
  readonly sponsored: number;
  /** By number: what an offer pays. */
  readonly price: Float64Array;
  /** By number: brand of the contract; null: there are none. */
  readonly brand: Uint32Array | null;
}

/** The numbers and prices in the checker's arithmetic. */
export function judgedContracts(
  { instance: { brand, sponsoredContracts, contracts }, policy: { changeCost } }: DualProblem,
  prices: Prices,
  slots: LimitedSlots | null,
): JudgedContracts {
  if (slots === null) {
    const contract = Uint32Array.from(contracts.keys());
    return { contract, sponsored: sponsoredContracts, price: prices.contract, brand };
  }
  const { contract, sponsored, drop, pairOf, isNew } = slots;
  const costs = new LimitCosts(drop, LimitPrices.ofRows(drop, prices.limit)!);
  const price = Float64Array.from(contract, (c, s) => {
    const p = pairOf[s], cost = p < 0 ? 0 : costs.of(c, userOfPair(drop, p), p);
    return prices.contract[c] + cost + (isNew === null ? 0 : changeCost * isNew[s]);
  });
  return { contract, sponsored, price, brand: brand && contract.map((c) => brand[c]) };
}
