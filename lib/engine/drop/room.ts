/**
 * What a repair has to mend and what room it has.
 *
 * @module
 */
import {
  beyond,
  type GroupRule,
  type GroupRules,
  hasRule,
} from "../../allocator/limits/kinds/group_rules.ts";
import type { LimitKindName } from "../../allocator/limits/kinds/list.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { amountsOf, contractOfSlots, highestPrices, roundingOf, usedBySlots } from "./slot_rows.ts";
import type { Usage } from "./usage.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

/** How much each constraint lacks or has to spare. */
export interface Room {
  /** Float64Array, length rows (caps, then limits): what is used beyond those that must be kept. */
  readonly over: Float64Array;
  /** Float64Array, length rows: what still fits. */
  readonly open: Float64Array;
  /** The rules of groups, in the order in which moves mend them. */
  readonly rules: readonly RuleRoom[];
}

/** What groups lack or have to spare of one rule. */
export interface RuleRoom {
  /** The kinds of limits that it covers, by which their prices are known. */
  readonly names: readonly LimitKindName[];
  /** Whether it may be missed at the shortfall price; else it must be kept. */
  readonly mayBeMissed: boolean;
  /** Float64Array, groups × counts: what each count of a user gives toward keeping it; below 0: what it takes. */
  readonly gives: Float64Array;
  /** Float64Array, length groups: what is lacking until it is kept. */
  readonly lacking: Float64Array;
  /** Float64Array, length groups: what may be taken; Infinity where a group has no such rule. */
  readonly spare: Float64Array;
}

/** What the usage leaves. */
export function roomOf(problem: DualProblem, usage: Usage): Room {
  const used = usedBySlots(problem, usage.offers), amount = amountsOf(problem);
  const highest = highestPrices(problem);
  return {
    over: used.map((use, r) => {
      const beyond = use - amount[r];
      return highest[r] === Infinity && beyond > roundingOf(amount[r], use) ? beyond : 0;
    }),
    open: used.map((use, r) => Math.max(0, amount[r] - use)),
    rules: rulesAsked(problem).map((asked) => ruleRoom(asked, usage)),
  };
}

/** A rule, and the kinds of limits that it covers. */
interface RuleAsked {
  readonly rule: GroupRule;
  readonly names: readonly LimitKindName[];
}

/** The rules that any group has. Those that count users come first: a move of one user mends one unit of them. */
function rulesAsked({ countsSponsored, rules }: DualProblem): RuleAsked[] {
  const others = rules.others.map((rule) => ({ rule, names: [rule.name] }));
  return [
    ...(countsSponsored ? sponsoredRules(rules) : []),
    ...others.filter(({ rule }) => !rule.countsOffers),
    ...others.filter(({ rule }) => rule.countsOffers),
  ];
}

/** The least and the most number of sponsored users, each over all kinds of limits on it. */
function sponsoredRules({ all, sponsored: { least, most } }: GroupRules): RuleAsked[] {
  const kinds = all.filter((rule) => rule.onSponsoredUsers);
  return ([-1, 1] as const).flatMap((sense) => {
    const alike = kinds.filter((rule) => rule.sense === sense);
    if (alike.length === 0) return [];
    // Above the most there is nothing to ask for.
    const amount = sense < 0 ? least.map((n, g) => Math.min(n, most[g])) : most;
    return [{ rule: { ...alike[0], amount }, names: alike.map(({ name }) => name) }];
  });
}

function ruleRoom({ rule, names }: RuleAsked, { counts }: Usage): RuleRoom {
  const excess = rule.amount.map((_, g) =>
    hasRule(rule, g) ? beyond(rule, g, counts.of(g)) : -Infinity
  );
  return {
    names,
    mayBeMissed: rule.mayBeMissed,
    gives: rule.weight.map((weight) => weight === 0 ? 0 : -rule.sense * weight),
    lacking: excess.map((more) => Math.max(0, more)),
    spare: excess.map((more) => Math.max(0, -more)),
  };
}

/** What moves may do with slots. */
export interface SlotRoom {
  /** Uint8Array, length slots: 1 where all that an offer counts toward has room for one more. */
  readonly enterable: Uint8Array;
  /** Uint8Array: 1 where giving up an offer leaves every least with what it asks for. */
  readonly leavable: Uint8Array;
  /** Float64Array: what giving it up costs, where it is not {@link leavable}. */
  readonly stay: Float64Array;
  /** Int32Array: a row that the slot's offers overfill, −1: none. */
  readonly overfills: Int32Array;
  /** Float64Array: what an offer counts toward that row. */
  readonly gives: Float64Array;
}

/** What the room in rows means for slots. */
export function slotRoomOf(problem: DualProblem, room: Room): SlotRoom {
  const { items, instance: { cap } } = problem, contract = contractOfSlots(problem);
  const slots = contract.length, highest = highestPrices(problem);
  const enterable = new Uint8Array(slots).fill(1), leavable = new Uint8Array(slots).fill(1);
  const stay = new Float64Array(slots), gives = new Float64Array(slots).fill(1);
  const overfills = new Int32Array(slots).fill(-1);
  const look = (s: number, r: number, coefficient: number) => {
    const open = room.open[r] >= Math.abs(coefficient) * (1 - COUNT_ROUNDING);
    if (coefficient > 0) {
      if (!open) enterable[s] = 0;
      const before = overfills[s];
      if (room.over[r] > 0 && (before < 0 || room.over[r] > room.over[before])) {
        overfills[s] = r;
        gives[s] = coefficient;
      }
    } else if (coefficient < 0 && !open) {
      leavable[s] = 0;
      stay[s] -= coefficient * Math.min(highest[r], problem.shortfallPrice);
    }
  };
  for (let s = 0; s < slots; s++) {
    look(s, contract[s], 1);
    if (items === null) continue;
    for (let e = items.start[s]; e < items.start[s + 1]; e++) {
      look(s, cap.length + items.row[e], items.coefficient[e]);
    }
  }
  return { enterable, leavable, stay, overfills, gives };
}

/** How much is beyond what must be kept. */
export function brokenRules(room: Room): number {
  return toMend({ ...room, rules: room.rules.filter(({ mayBeMissed }) => !mayBeMissed) });
}

/** How much moves have to mend: what is broken, and what is missed at the shortfall price. */
export function toMend({ over, rules }: Room): number {
  return rules.reduce((total, { lacking }) => total + sum(lacking), sum(over));
}

/** The room in which no contract may be entered, and nothing is asked for that may be missed. */
export function closedRoom(room: Room): Room {
  return {
    ...room,
    open: room.open.map(() => 0),
    rules: room.rules.map((rule) =>
      rule.mayBeMissed ? { ...rule, lacking: rule.lacking.map(() => 0) } : rule
    ),
  };
}

/** What is left of a constraint counts as room from here on; of some an offer takes less than 1. */
const LEAST_SPARE = 1;

/** The prices of what is used up; what has room costs nothing. */
export function stillPriced(prices: Prices, room: Room): Prices {
  const without = (price: Float64Array, spare: Float64Array) =>
    price.map((p, at) => spare[at] >= LEAST_SPARE ? 0 : p);
  const ofRules = room.rules.flatMap(({ names, spare }) =>
    names.map((name) => [name, without(prices[name], spare)])
  );
  return {
    ...prices,
    contract: without(prices.contract, room.open),
    ...(prices.limit !== undefined && {
      limit: without(prices.limit, room.open.subarray(prices.contract.length)),
    }),
    ...Object.fromEntries(ofRules),
  };
}

/** Σ price × what is left unused. */
export function worthOfUnused(room: Room, prices: Prices): number {
  let worth = 0;
  const add = (price: Float64Array, spare: Float64Array) =>
    price.forEach((p, at) => worth += p > 0 ? p * spare[at] : 0);
  add(prices.contract, room.open);
  if (prices.limit !== undefined) add(prices.limit, room.open.subarray(prices.contract.length));
  for (const { names, spare } of room.rules) {
    for (const name of names) add(prices[name], spare);
  }
  return worth;
}

/** Σ of an array. */
function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
