/** The optimum of tiny drops by trying every choice of options: no program, no solver. */
import { type ForeignDrop, missingOf, objectiveOf, type Worth, worthOf } from "./foreign_model.ts";
import type { ForeignResult } from "./foreign_model.ts";

/** Choices beyond which it would take too long. */
const MOST = 20_000;

/**
 * The best of all choices at a price of missing users and units; null where there are too many.
 *
 * @param needed options that every choice must hold
 * @returns "none" where none of them keeps the rules
 */
export function bestByTrying(drop: ForeignDrop, price: number): ForeignResult | null;
export function bestByTrying(
  drop: ForeignDrop,
  price: number,
  needed: ReadonlySet<ForeignDrop["options"][number]>,
): ForeignResult | null | "none";
export function bestByTrying(
  drop: ForeignDrop,
  price: number,
  needed?: ReadonlySet<ForeignDrop["options"][number]>,
): ForeignResult | null | "none" {
  const bundles = drop.byUser.map((own, u) =>
    subsets(own, drop.kOf[u]).filter((bundle) =>
      own.every((option) => !needed?.has(option) || bundle.includes(option))
    )
  );
  if (bundles.reduce((product, { length }) => product * length, 1) > MOST) return null;
  const place = new Map(drop.options.map((option, o) => [option, o]));
  const chosen = drop.options.map(() => false);
  let best: { worth: Worth; objective: number } | null = null, leastMissing = Infinity;
  const visit = (u: number) => {
    if (u === bundles.length) {
      const worth = worthOf(drop, chosen);
      if (worth.broken.length > 0) return;
      leastMissing = Math.min(leastMissing, missingOf(worth));
      const objective = objectiveOf(worth, price);
      if (best === null || objective > best.objective) best = { worth, objective };
      return;
    }
    for (const bundle of bundles[u]) {
      for (const option of bundle) chosen[place.get(option)!] = true;
      visit(u + 1);
      for (const option of bundle) chosen[place.get(option)!] = false;
    }
  };
  visit(0);
  return best === null
    ? needed === undefined ? null : "none"
    : { ...best as { worth: Worth; objective: number }, leastMissing };
}

/** All ways to take at most `most` of some items. */
function subsets<T>(items: readonly T[], most: number): T[][] {
  let all: T[][] = [[]];
  for (const item of items) {
    all = all.flatMap((own) => own.length < most ? [own, [...own, item]] : [own]);
  }
  return all;
}
