/**
 * What changed between two lists of offers, in words.
 *
 * @module
 */
import { withoutRounding } from "../../../base/numbers/without_rounding.ts";
import type { DiffFacts } from "./diff_facts.ts";
import { count, counted, figure, percent } from "../../words.ts";
import { changeInPercent, signed } from "../../signed.ts";

/** The sentence above everything. */
export function diffHeadline({ same, offers, users }: DiffFacts): string {
  if (same) return `Nothing changed: the same ${counted(offers.after, "offer")}.`;
  const changed = users.changed + users.came + users.left;
  return `${percent(users.changed_share)} of users have other offers: ` +
    `${count(changed)} of ${count(users.either)}; ${counted(offers.in, "offer")} in, ` +
    `${count(offers.out)} out, ${count(offers.kept)} kept.`;
}

/** How users changed, in parts: those that are 0 are left out. */
export function diffUsers({ users }: DiffFacts): string {
  const parts: [number, string][] = [
    [users.same, "with the same offers"],
    [users.changed, "with others"],
    [users.came, "who had none before"],
    [users.left, "who have none now"],
  ];
  return parts.filter(([n]) => n > 0).map(([n, what]) => `${count(n)} ${what}`).join(", ");
}

/** Σ score on both sides and its change; null where it is not known. */
export function diffScore({ before, after }: DiffFacts): string | null {
  if (before.score === null || after.score === null) return null;
  const change = withoutRounding(after.score - before.score, after.score, before.score);
  const share = before.score === 0
    ? ""
    : ` (${signed(change)}, ${changeInPercent(change / Math.abs(before.score), 2)})`;
  return `${figure(before.score, 6)} before, ${figure(after.score, 6)} after${
    change === 0 ? "" : share
  }`;
}

/** What is odd about the lists, a line each. */
export function diffNotes({ before, after, rescored }: DiffFacts): string[] {
  const notes = [before, after].flatMap(({ file, repeated_rows: n }, i) =>
    n === 0
      ? []
      : [`${file || ["before", "after"][i]}: ${counted(n, "row")} named a pair again, counted once`]
  );
  if (rescored !== null && rescored > 0) {
    const pairs = counted(rescored, "offer");
    notes.push(`${pairs} in both ${rescored === 1 ? "has" : "have"} another score`);
  }
  return notes;
}
