/**
 * Makes a change for the users whom it costs least where thousands could make it and a few do: users come in the order of what is
 * expected of them, and only as many are looked at as it takes.
 *
 * @module
 */
import type { Assignment } from "../assignment.ts";
import type { BundleChooser } from "../bundle_chooser.ts";
import { type Change, changeCheapest } from "./cheapest_changes.ts";
import { selectLargest } from "../../dual/select.ts";

/** Those who lose least are looked at first: so many users, and so many for each unit that is needed. */
const FIRST = 200, FIRST_OF_UNIT = 50;

/** A change of which it is known how much is needed. */
export interface SizedChange extends Change {
  /** How many units the changes are to bring. */
  readonly units: number;
  /** Whether it is one to a bundle of another type. */
  readonly isOfType: boolean;
}

/**
 * {@link changeCheapest} for users in order, of whom all can make the change. Under limits those come first who lose least by another
 * bundle at the prices, as far as that is known; the others only if these are not enough.
 */
export function changeLikeliest(
  { leads, limits }: Assignment,
  users: readonly number[],
  chooser: BundleChooser,
  change: SizedChange,
): void {
  if (leads === null || limits === null) return changeCheapest(users, chooser, change);
  const { lead, ahead } = leads, { units, isOfType, perUnit = () => 1 } = change;
  const leadOf = Float64Array.from(
    users,
    isOfType ? (u) => lead[u] > 0 ? ahead[u] : 0 : (u) => Math.min(lead[u], ahead[u]),
  );
  for (const places of likelyFirst(leadOf, Math.ceil(FIRST + FIRST_OF_UNIT * units))) {
    if (!change.needed()) return;
    const costs = new Map<number, number>();
    for (const i of places) costs.set(users[i], leadOf[i] / perUnit(users[i]));
    const costOf = (u: number) => costs.get(u)!;
    const inOrder = [...costs.keys()].sort((a, b) => costOf(a) - costOf(b) || a - b);
    changeCheapest(inOrder, chooser, { ...change, expected: { costOf, units } });
  }
}

/** The places of the `first` least leads, of equal ones the first, and the other places. */
function likelyFirst(leadOf: Float64Array, first: number): number[][] {
  const places = [...leadOf.keys()];
  if (places.length <= first) return [places];
  const least = leadOf.map((own) => -own);
  selectLargest(least, 0, least.length, first - 1);
  const most = -least[first - 1], some: number[] = [], others: number[] = [];
  let ties = first;
  for (const own of leadOf) if (own < most) ties--;
  for (const i of places) {
    const isSome = leadOf[i] < most || (leadOf[i] === most && ties-- > 0);
    (isSome ? some : others).push(i);
  }
  return [some, others];
}
