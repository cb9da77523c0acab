/**
 * Two allocations of one drop in words and rows of figures.
 *
 * @module
 */
import { count, counted, figure, percent, total } from "../../words.ts";
import { gapInPercent } from "../../proof_words.ts";
import type { Both, CompareFacts } from "./compare_facts.ts";
import { signed, signedCount, signedPoints } from "../../signed.ts";

/** A row of the table of figures. */
export interface ComparedFigure {
  /** What it is. */
  name: string;
  /** How both are shown. */
  shown: Both<string>;
  /** The difference, as it is shown; "": none. */
  change: string;
  /** Which has the better one: 0 the first, 1 the second; null: neither, or neither way is better. */
  better: 0 | 1 | null;
}

/** The sentence above everything: which is worth more, and whom the difference touches. */
export function compareHeadline(facts: CompareFacts): string {
  const { allocations: [a, b], same, people, users } = facts;
  if (same) {
    return `${a.name} and ${b.name} make the same ${counted(a.totals.assignments, "offer")}.`;
  }
  const difference = b.totals.objective - a.totals.objective;
  const [more, less] = difference >= 0 ? [b, a] : [a, b];
  const base = less.totals.objective, size = Math.abs(difference);
  const worth = isNothing(difference, a.totals.objective)
    ? `${a.name} and ${b.name} are worth the same`
    : `${more.name} is worth ${
      // Of an objective below 0, which missed minima bring, nothing is a share.
      base <= 0
        ? figure(size)
        : percent(size / base, size / base < 0.01 ? 3 : 1)} more than ${less.name}`;
  return `${worth}; ${percent(people.users_changed / users)} of users have other offers.`;
}

/** Who is better off, in a sentence; "" where nobody's offers differ. */
export function peopleInWords(
  { allocations: [a, b], people, same }: CompareFacts,
): string {
  if (same) return "";
  const { users_changed: changed, users_better: better, users_worse: worse } = people;
  const level = changed - better - worse;
  return `Of ${counted(changed, "user")} with other offers ${count(better)} ${
    better === 1 ? "has" : "have"
  } a larger Σ score in ${b.name}, ${count(worse)} in ${a.name}` +
    (level > 0 ? `, ${count(level)} the same in both.` : ".");
}

/** The figures of both, a row each; rows that say nothing are left out. */
export function comparedFigures(facts: CompareFacts): ComparedFigure[] {
  const [a, b] = facts.allocations.map(({ totals, users }) => ({ ...totals, ...users.scores }));
  type Side = typeof a;
  const rows: ComparedFigure[] = [];
  const add = (
    name: string,
    of: (side: Side) => number | null,
    show: (value: number) => string,
    better: 1 | -1 | 0,
    by: (change: number) => string = signed,
  ) => {
    const x = of(a), y = of(b);
    if (x === null && y === null) return;
    // A row of zeros on both sides (such as minima missed) says nothing and is left out; a gap of 0 says the most.
    if (x === 0 && y === 0 && name !== "Proven gap") return;
    const difference = x === null || y === null ? 0 : y - x;
    const none = isNothing(difference, x ?? 0);
    rows.push({
      name,
      shown: [x === null ? "–" : show(x), y === null ? "–" : show(y)],
      change: none ? "" : by(difference),
      better: none || better === 0 ? null : (difference > 0) === (better > 0) ? 1 : 0,
    });
  };
  const inPoints = (d: number) =>
    Math.abs(100 * d) < 0.05 ? "<0.1 points" : `${signedPoints(d)} points`;
  add("Objective", (s) => s.objective, total, 1);
  add("Σ score", (s) => s.score, total, 1);
  add("Proven gap", (s) => s.gap, gapInPercent, 0, () => "");
  add("Offers", (s) => s.assignments, count, 1, signedCount);
  add("Slots filled", (s) => s.fill_rate, percent, 1, inPoints);
  add("Users without offers", (s) => s.users_without_offers, count, -1, signedCount);
  add("Mean score of an offer", (s) => s.mean, figure, 1);
  add("Median score of an offer", (s) => s.median, figure, 1);
  // Where the model does not ask for minima, fewer missing are no better.
  const lessIsBetter = facts.model === "uniform" ? -1 : 0;
  add("Users missing to minima", (s) => s.shortfall, count, lessIsBetter, signedCount);
  add("Groups that miss theirs", (s) => s.groups_missed, count, lessIsBetter, signedCount);
  add("Sponsored users", (s) => s.sponsored_users, count, 0, signedCount);
  add("Sponsored share of offers", (s) => s.sponsored_share, percent, 0, inPoints);
  add("Mixed users", (s) => s.mixed_users, count, 0, signedCount);
  add("Contracts over their cap", (s) => s.cap_violations, count, -1, signedCount);
  return rows;
}

/** Whether a difference is nothing but rounding. */
function isNothing(difference: number, beside: number): boolean {
  return Math.abs(difference) <= 1e-12 * Math.max(1, Math.abs(beside));
}

/** A figure of both: one where they are the same. */
export function bothInWords<T>([a, b]: Both<T>, show: (value: T) => string): string {
  return show(a) === show(b) ? show(a) : `${show(a)} → ${show(b)}`;
}

/** A change of a count. */
export function countChange([a, b]: Both): string {
  return b === a ? "0" : signedCount(b - a);
}
