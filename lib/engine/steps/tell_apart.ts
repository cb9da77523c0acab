/**
 * What tells pairs apart: whether they are previous offers, what they are pinned as, and all that limits name.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import type { KeptOffers, PinKinds } from "../drop/pins.ts";
import type { PairKinds, Slots } from "../drop/slots.ts";
import type { UsersApart } from "../drop/limit_columns.ts";
import type { Columns } from "../drop/task.ts";
import type { PairRules } from "./leave_out.ts";

/** Pairs by their ids. */
export type NamedPairs = readonly (readonly [user: string, contract: string])[];

/** What pairs say of themselves, and the slots that follow. */
export interface TellApartSteps {
  /** Makes pairs say whether they are previous offers: from here on they have one attribute more, `in_previous`. */
  usePrevious(control: RunControl): Promise<void>;
  /** How many previous offers are pairs that count by the rules, of users who are held out too. Ask after {@link usePrevious}. */
  countPrevious(columns: Columns, rules: PairRules, control: RunControl): Promise<number>;
  /**
   * Makes more pairs pins, beside those that are pins already: the pairs named, or all previous offers, of those that count by
   * the rules. From here on pairs say what they are pinned as. Pairs named that are no such pairs are `missing`. Where previous
   * offers are to stay pairs must say whether they are some.
   *
   * @throws InputError where a user has more pins than any k
   */
  pinMore(
    pins: NamedPairs | "previous",
    columns: Columns,
    rules: PairRules,
    kinds: PinKinds,
    control: RunControl,
  ): Promise<KeptOffers & { readonly missing: ReadonlySet<string> }>;
  /**
   * Finds the kinds of users and pairs that limits distinguish.
   *
   * @throws InputError where there are more kinds than slots
   */
  findKinds(columns: Columns, apart: UsersApart, control: RunControl): Promise<PairKinds>;
  /** Takes the slots: from here on pairs are read with them in place of contracts. */
  useSlots(slots: Slots, control: RunControl): Promise<void>;
}
