/**
 * Makes a change for the users whom it costs least where thousands could make it and a few do: users come in the order of what is
 * expected of them, and only as many are looked at as it takes.
 *
 * @module
 */
import type { Holdings, Leads } from "../holdings.ts";
import type { BundleChooser } from "../bundle_chooser.ts";
import { type Change, changeCheapest } from "./cheapest_changes.ts";
import { selectLargest } from "../../dual/select.ts";

/** How many of the users who lose least are looked at first: FIRST, and FIRST_OF_UNIT for each unit that is needed. */
const FIRST = 200, FIRST_OF_UNIT = 50;

/** A change of which it is known how much is needed. */
export interface SizedChange extends Change {
  /** How many units the changes are to bring. */
  readonly units: number;
  /** Whether it is one to a bundle of another type. */
  readonly isOfType: boolean;
}

/**
 * {@link changeCheapest} for users in order. Under limits those come first who lose least by another bundle at the prices, as far as that
 * is known; the others only if these are not enough.
 */
export function changeLikeliest(
  { leads, limits }: Holdings,
  users: ArrayLike<number>,
  chooser: BundleChooser,
  change: SizedChange,
): void {
  if (leads === null || limits === null) {
    return changeCheapest(Array.from(users), chooser, change);
  }
  const { units, applies = () => true, perUnit = () => 1 } = change;
  const leadOf = leadsOf(users, leads, change.isOfType);
  const first = Math.ceil(FIRST + FIRST_OF_UNIT * units), isFirst = areLeast(leadOf, first);
  for (const looksAt of [1, 0]) {
    if (!change.needed()) return;
    const costs = new Map<number, number>();
    for (let i = 0; i < users.length; i++) {
      const u = users[i];
      if (isFirst[i] === looksAt && applies(u)) costs.set(u, leadOf[i] / perUnit(u));
    }
    const costOf = (u: number) => costs.get(u)!;
    const inOrder = [...costs.keys()].sort((a, b) => costOf(a) - costOf(b) || a - b);
    changeCheapest(inOrder, chooser, { ...change, expected: { costOf, units } });
  }
}

/** Float64Array, length users: what each is known to lose at least by another bundle, or by one of another type. */
function leadsOf(
  users: ArrayLike<number>,
  { lead, ahead }: Leads,
  isOfType: boolean,
): Float64Array {
  const leadOf = new Float64Array(users.length);
  for (let i = 0; i < leadOf.length; i++) {
    const own = lead[users[i]], other = ahead[users[i]];
    leadOf[i] = isOfType && own > 0 ? other : Math.min(own, other);
  }
  return leadOf;
}

/** Uint8Array, by place: 1 for the `first` least leads, of equal ones the first. */
function areLeast(leadOf: Float64Array, first: number): Uint8Array {
  const isFirst = new Uint8Array(leadOf.length);
  if (leadOf.length <= first) return isFirst.fill(1);
  const least = leadOf.map((own) => -own);
  selectLargest(least, first - 1);
  const most = -least[first - 1];
  let ties = first;
  for (const own of leadOf) if (own < most) ties--;
  for (let i = 0; i < leadOf.length; i++) {
    if (leadOf[i] < most || (leadOf[i] === most && ties-- > 0)) isFirst[i] = 1;
  }
  return isFirst;
}
