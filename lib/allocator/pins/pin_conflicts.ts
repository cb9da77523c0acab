/**
 * Finds pins that no allocation can hold, and reports each in one line that names both rows.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { type Instance, userOfPair } from "../drop/instance/instance.ts";
import type { RowPlaces } from "../drop/before/given_rows.ts";
import { labelOfRow } from "../drop/instance/limits.ts";
import type { Pins } from "../drop/instance/pins.ts";
import { adds, groupRules } from "../limits/kinds/group_rules.ts";
import { allowsShape, type Policy } from "../model/policy.ts";
import { kOfUser } from "../model/user_k.ts";
import { excessOf, useOfPairs } from "../model/row_use.ts";

/** The pins of one user: the drop's pins `[from, to)`. */
export interface UserPins {
  /** The user. */
  readonly user: number;
  /** First pin. */
  readonly from: number;
  /** End of the pins. */
  readonly to: number;
  /** How many are sponsored. */
  readonly sponsored: number;
}

/** The pins of each user who has any. */
export function pinsByUser({ start, middle }: Instance, { pair }: Pins): UserPins[] {
  const users: UserPins[] = [];
  for (let from = 0, u = 0; from < pair.length;) {
    while (start[u + 1] <= pair[from]) u++;
    let to = from, sponsored = 0;
    for (; to < pair.length && pair[to] < start[u + 1]; to++) if (pair[to] < middle[u]) sponsored++;
    users.push({ user: u, from, to, sponsored });
    from = to;
  }
  return users;
}

/**
 * The most offers of each type that a user may have besides its pins, and whether it must then mix types; null: even the pins
 * alone break a rule.
 */
export function roomBesidePins(
  instance: Instance,
  policy: Policy,
  { user, from, to, sponsored }: UserPins,
): { sponsored: number; unsponsored: number; mustMix: boolean } | null {
  const { start, middle } = instance, k = kOfUser(instance, policy, user);
  const own = { ...policy, k }, unsponsored = to - from - sponsored;
  const mostSponsored = Math.min(k, middle[user] - start[user]);
  const mostUnsponsored = Math.min(k, start[user + 1] - middle[user]);
  let moreSponsored = -1, moreUnsponsored = -1, mustMix = true;
  for (let a = sponsored; a <= mostSponsored; a++) {
    for (let b = unsponsored; b <= mostUnsponsored && a + b <= k; b++) {
      if (!allowsShape(own, a, b)) continue;
      moreSponsored = Math.max(moreSponsored, a - sponsored);
      moreUnsponsored = Math.max(moreUnsponsored, b - unsponsored);
      if (a === 0 || b === 0) mustMix = false;
    }
  }
  return moreSponsored < 0
    ? null
    : { sponsored: moreSponsored, unsponsored: moreUnsponsored, mustMix };
}

/**
 * Refuses pins that contradict a rule, or each other under a rule.
 *
 * @throws {InputError} for the first such pin: its row, the other one, and the rule
 */
export function refuseConflicts(instance: Instance, policy: Policy, pins: Pins): void {
  const conflicts = new Conflicts(instance, policy, pins);
  conflicts.ofUsers();
  conflicts.ofCaps();
  conflicts.ofGroups();
  conflicts.ofLimits();
}

/** What is known of a pin that a solver did not hold. */
const NOT_HELD = {
  greedy: (beside: string) =>
    `is not given by solver greedy along with ${beside}: solver optimal may`,
  optimal: (beside: string) =>
    `is not given by solver optimal along with ${beside}: solver ilp says of a small drop whether it can be`,
  ilp: (beside: string) => `can't be given along with ${beside}`,
};

/**
 * The error for pin `i`, which a solver did not hold; which rule was against it is not known. Of solver ilp: which it proved
 * can't be held.
 */
export function pinNotHeld(
  instance: Instance,
  pins: Pins,
  i: number,
  solver: keyof typeof NOT_HELD,
): InputError {
  const beside = pins.pair.length === 1 ? "the rules" : "the other pins and the rules";
  return new Conflicts(instance, null, pins).error(i, NOT_HELD[solver](beside));
}

/** The error for a pin in a row that breaks a rule; `other`: the row of the pin that it conflicts with. */
export function pinConflict(
  rows: RowPlaces,
  { row, user, contract }: { row: number; user: string; contract: string },
  what: string,
  other?: number,
): InputError {
  const beside = other === undefined ? "" : ` beside the pin of ${rows.placeText(other)}`;
  return new InputError(
    `${rows.placeText(row)}: the pinned pair of ${user} and ${contract} ${what}${beside}`,
    {
      ...rows.placeOf(row),
      column: rows.nameOf(row, "contract_address"),
      expected: "pins that keep the rules",
    },
  );
}

/** Looks for pins that break a rule. Each method throws for the first one it finds. */
class Conflicts {
  readonly #instance: Instance;
  readonly #policy: Policy | null;
  readonly #pins: Pins;
  readonly #users: UserPins[];

  constructor(instance: Instance, policy: Policy | null, pins: Pins) {
    this.#instance = instance;
    this.#policy = policy;
    this.#pins = pins;
    this.#users = pinsByUser(instance, pins);
  }

  /** The error for pin `i`; `other`: the pin that it conflicts with. */
  error(i: number, what: string, other?: number): InputError {
    const { contract, contracts, users } = this.#instance, { pair, row, rows } = this.#pins;
    const pin = {
      row: row[i],
      user: users.at(userOfPair(this.#instance, pair[i])),
      contract: contracts[contract[pair[i]]],
    };
    return pinConflict(rows, pin, what, other === undefined ? undefined : row[other]);
  }

  /** Users with more pins than k, too many of a brand, or types that may not be mixed. */
  ofUsers(): void {
    const { brand, brands, contract } = this.#instance, { pair } = this.#pins;
    const policy = this.#policy!, { maxPerBrand } = policy;
    for (const pinned of this.#users) {
      const { from, to } = pinned, k = kOfUser(this.#instance, policy, pinned.user);
      if (to - from > k) throw this.error(to - 1, `is one more than k = ${k}`, from);
      if (maxPerBrand !== null && brand !== null) {
        const seen = new Map<number, number[]>();
        for (let i = from; i < to; i++) {
          const b = brand[contract[pair[i]]], others = seen.get(b) ?? [];
          if (others.length >= maxPerBrand) {
            const what = `is one more of brand ${
              brands[b]
            } than the ${maxPerBrand} that a user may have`;
            throw this.error(i, what, others[0]);
          }
          seen.set(b, [...others, i]);
        }
      }
      if (roomBesidePins(this.#instance, policy, pinned) === null) {
        throw this.error(to - 1, "mixes types in a way that the policy does not allow", from);
      }
    }
  }

  /** Contracts with more pins than their cap. */
  ofCaps(): void {
    const { cap, contract } = this.#instance, { pair } = this.#pins;
    const first = new Map<number, number>(), given = new Map<number, number>();
    for (let i = 0; i < pair.length; i++) {
      const c = contract[pair[i]], count = (given.get(c) ?? 0) + 1;
      given.set(c, count);
      if (!first.has(c)) first.set(c, i);
      if (count > cap[c]) {
        const other = first.get(c)!;
        throw this.error(
          i,
          `is one more than the cap of ${cap[c]}`,
          other === i ? undefined : other,
        );
      }
    }
  }

  /** Groups whose pins make more users of some kind than a limit allows. */
  ofGroups(): void {
    const { group, groups } = this.#instance, policy = this.#policy!;
    const rules = groupRules(this.#instance, policy).all.filter((rule) =>
      rule.sense > 0 && !rule.mayBeMissed && !rule.countsOffers
    );
    const pinned = rules.map(() => new Map<number, number[]>());
    for (const own of this.#users) {
      const g = group[own.user];
      const mixes = roomBesidePins(this.#instance, policy, own)!.mustMix;
      rules.forEach((rule, r) => {
        const least = adds(rule, g, own.sponsored > 0 ? 1 : 0, mixes ? 1 : 0);
        if (least <= 0) return;
        const others = pinned[r].get(g) ?? [];
        if (others.length >= rule.amount[g]) {
          const noun = rule.onSponsoredUsers ? "sponsored" : "mixed";
          const what = `makes one more ${noun} user than the ${rule.amount[g]} that group ${
            groups[g]
          } may have`;
          throw this.error(own.from, what, others[0]);
        }
        pinned[r].set(g, [...others, own.from]);
      });
    }
  }

  /** Hard limits that the pins exceed, where no other offer can bring the count down again. */
  ofLimits(): void {
    const { limits } = this.#instance, { pair } = this.#pins;
    if (limits === undefined) return;
    const { rows } = limits, { amount, price, sense, coefficient, row, item, start } = rows;
    const canShrink = new Uint8Array(amount.length);
    coefficient.forEach((value, e) => value < 0 && (canShrink[row[e]] = 1));
    const { used, size } = useOfPairs(rows, pair);
    for (let r = 0; r < amount.length; r++) {
      if (sense[r] < 0 || canShrink[r] === 1 || price[r] !== Infinity) continue;
      if (excessOf(used[r], size[r], amount[r]) === 0) continue;
      const counting = [...pair.keys()].filter((i) => {
        for (let e = start[item[pair[i]]]; e < start[item[pair[i]] + 1]; e++) {
          if (row[e] === r) return true;
        }
        return false;
      });
      const last = counting[counting.length - 1];
      const what = `is beyond the limit ${labelOfRow(limits, r)} of ${rows.declared[r]}`;
      throw this.error(last, what, counting.length > 1 ? counting[0] : undefined);
    }
  }
}
