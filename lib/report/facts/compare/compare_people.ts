/**
 * Whose offers differ between two allocations of one drop, and who is better off.
 *
 * @module
 */
import { withoutRounding } from "../../../base/numbers/without_rounding.ts";
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import { type Offers, offersOfUser } from "../../../allocator/model/offers.ts";

/** Users by what the second of two allocations changes for them. */
export interface PeopleCompared {
  /** Users whose offers differ. */
  users_changed: number;
  /** Of them those whose offers have a larger Σ score in the second. */
  users_better: number;
  /** Of them those whose offers have a smaller one. */
  users_worse: number;
}

/** Offers and users that differ. */
export interface OffersCompared {
  /** Over the whole drop; offers that both make, only the first, only the second. */
  readonly all: {
    readonly kept: number;
    readonly out: number;
    readonly in: number;
    readonly people: PeopleCompared;
  };
  /** By group. */
  readonly groups: PeopleCompared[];
  /** Float64Arrays, length contracts: offers that only the second, only the first makes. */
  readonly contracts: { readonly in: Float64Array; readonly out: Float64Array };
}

/** Compares the offers of both, user by user. */
export function comparePeople(
  { contracts: { length }, groups, group, contract, score }: Instance,
  first: Offers,
  second: Offers,
): OffersCompared {
  const none = (): PeopleCompared => ({ users_changed: 0, users_better: 0, users_worse: 0 });
  const of = groups.map(none), people = none();
  const inOf = new Float64Array(length), out = new Float64Array(length);
  let kept = 0, went = 0, came = 0;
  for (let u = 0; u < group.length; u++) {
    const had = offersOfUser(first, u), has = offersOfUser(second, u);
    let lost = 0, won = 0, changed = false;
    for (const p of had) {
      if (has.includes(p)) {
        kept++;
        continue;
      }
      changed = true;
      lost += score[p];
      went++;
      out[contract[p]]++;
    }
    for (const p of has) {
      if (had.includes(p)) continue;
      changed = true;
      won += score[p];
      came++;
      inOf[contract[p]]++;
    }
    if (!changed) continue;
    const change = withoutRounding(won - lost, won, lost);
    for (const row of [people, of[group[u]]]) {
      row.users_changed++;
      if (change > 0) row.users_better++;
      if (change < 0) row.users_worse++;
    }
  }
  return {
    all: { kept, out: went, in: came, people },
    groups: of,
    contracts: { in: inOf, out },
  };
}
