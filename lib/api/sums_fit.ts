/**
 * Refuses rules whose costs could be too large for sums: no objective or bound may become Infinity, and no difference NaN.
 *
 * @module
 */
import { twoDigitsDown } from "../base/numbers/two_digits.ts";
import { UsageError } from "../base/errors.ts";
import { optionInWords } from "../base/option_words.ts";
import { limitFault, wordsOf } from "../allocator/drop/instance/limit_family.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { mostOffers, type Policy, shortfallPrice } from "../allocator/model/policy.ts";

/** The most that one rule may come to in all. It leaves room for what solvers and exact figures multiply sums by. */
const LARGEST = 1e290;

/**
 * Checks that what the rules add up to is far below the largest double.
 *
 * @throws {UsageError} for an option of the policy that is too large for the drop
 * @throws {InputError} for a limit whose units and their price are
 */
export function checkSums(instance: Instance, policy: Policy): void {
  const users = Math.max(1, instance.group.length);
  const most = Math.max(1, mostOffers(instance, policy)), offers = users * most;
  const parts: [keyof Policy, number, number][] = [
    ...policy.covW.slice(0, most).map((
      worth,
    ): [keyof Policy, number, number] => ["covW", worth, offers]),
    ["shortfallPenalty", policy.shortfallPenalty, users * policy.k],
    ["sponsoredBonus", policy.sponsoredBonus, offers],
    ["shortfallPrice", policy.shortfallPrice ?? 0, users],
    ["changeCost", policy.changeCost, offers],
  ];
  for (const [name, value, times] of parts) {
    if (Math.abs(value) * times <= LARGEST) continue;
    // A certificate states the price that followed from the scores: it is not too large, however large they are.
    if (name === "shortfallPrice" && value <= priceByScores(instance, policy)) continue;
    throw new UsageError(
      `${optionInWords(name)} is ${value}, expected a number of at most ±${
        twoDigitsDown(LARGEST / times)
      }, so that sums don't overflow`,
    );
  }
  checkLimits(instance, policy);
}

function priceByScores(instance: Instance, policy: Policy): number {
  return shortfallPrice(instance, { ...policy, shortfallPrice: null });
}

/** The most that all units of a limit may cost in all. Scores may be as large, and so may a shortfall price that follows from them. */
const LARGEST_COST = 1e302;

/** Checks what missing or exceeding all of each limit that may be broken would cost. */
function checkLimits(instance: Instance, policy: Policy): void {
  const { limits, score: { length: pairs } } = instance;
  if (limits === undefined) return;
  const { rows, families } = limits, missed = shortfallPrice(instance, policy);
  const counted = new Float64Array(rows.amount.length);
  rows.row.forEach((r, e) => {
    counted[r] = Math.max(counted[r], Math.abs(rows.coefficient[e]));
  });
  rows.amount.forEach((amount, r) => {
    const own = rows.price[r], price = Number.isNaN(own) ? missed : own;
    const room = Math.min(LARGEST, LARGEST_COST / price);
    if (price === Infinity || (Math.abs(amount) <= room && counted[r] * pairs <= room)) return;
    const family = families[rows.family[r]], isAmount = Math.abs(amount) > room;
    const words = wordsOf(family), bySense = rows.sense[r] > 0 ? words.atMost : words.atLeast;
    const [column, value, expected] = price > LARGEST && price === own
      ? ["price", String(price), `a number of at most ${LARGEST}`]
      : isAmount
      ? [bySense, String(rows.declared[r]), `a number of at most ${upTo(room, price)}`]
      : ["counts", family.counts, `numbers of at most ${upTo(room / pairs, price)}`];
    throw limitFault(family, {
      column,
      value,
      expected: `${expected}, so that sums don't overflow`,
    });
  });
}

function upTo(room: number, price: number): string {
  return `${twoDigitsDown(room)} at a price of ${price} a unit`;
}
