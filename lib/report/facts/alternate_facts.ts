/**
 * What alternates there are, and where using them may go past caps.
 *
 * @module
 */
import type { Alternates } from "../../allocator/explain/alternates.ts";
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../allocator/model/offers.ts";

/** Alternates in figures. */
export interface AlternateFacts {
  /** Alternates in all. */
  alternates: number;
  /** Users with one or more. */
  users: number;
  /** Users with offers and no alternate. */
  users_without: number;
  /** Users whose first alternate is of a contract that is full: its units come from those who decline it. */
  first_of_full_contracts: number;
}

/** Counts alternates. */
export function alternateFacts(
  { contract, cap }: Instance,
  { offerStart, offerPair }: Offers,
  { start, pair }: Alternates,
): AlternateFacts {
  const given = new Float64Array(cap.length);
  for (const p of offerPair) given[contract[p]]++;
  const facts = { alternates: pair.length, users: 0, users_without: 0, first_of_full_contracts: 0 };
  for (let u = 0; u + 1 < start.length; u++) {
    if (start[u] < start[u + 1]) {
      facts.users++;
      const c = contract[pair[start[u]]];
      if (given[c] >= cap[c]) facts.first_of_full_contracts++;
    } else if (offerStart[u] < offerStart[u + 1]) facts.users_without++;
  }
  return facts;
}
