/**
 * A review in sentences.
 *
 * @module
 */
import { count, counted, figure, percent, percentInFull } from "../../words.ts";
import type { LiftFacts, ReviewFacts, ReviewGroup, ShareFacts } from "./review_facts.ts";
import { signedPoints } from "../../signed.ts";

/** A share with its interval: "12.4 % (9.8–15.3)". */
export function shareInWords({ share, low, high }: ShareFacts): string {
  return share === null ? "–" : `${percent(share)} ${intervalInWords({ low, high })}`;
}

/** The interval of a share: "(9.8–15.3)". */
export function intervalInWords({ low, high }: Pick<ShareFacts, "low" | "high">): string {
  return `(${withoutSign(low)}–${withoutSign(high)})`;
}

/** A group's target, as it was given; `isMean`: that of all groups by their users, rounded. */
export function targetInWords(ratio: number | null, isMean: boolean): string {
  return ratio === null ? "–" : isMean ? percent(ratio) : percentInFull(ratio);
}

/** How sure intervals are, all its digits: "95 %", "99.9 %". */
export function confidenceInWords(confidence: number): string {
  return `${figure(100 * confidence, 6)} %`;
}

/** A percentage without its sign. */
function withoutSign(share: number): string {
  return percent(share).replace(/ %$/, "");
}

/** What matters most of a review. */
export function reviewHeadline(facts: Omit<ReviewFacts, "headline">): ReviewFacts["headline"] {
  const { totals, sponsored, lift } = facts;
  const redeemed = totals.redeemed === null
    ? ""
    : `, ${count(totals.redeemed)} redeemed (${percent(totals.redemption!.share ?? 0)})`;
  const last = lift?.at(-1);
  return {
    sentence: totals.offered === 0
      ? "No offers were made."
      : `Of ${counted(totals.offered, "offer")} to ${counted(totals.users_with_offers, "user")} ` +
        `${count(totals.selected)} ${totals.selected === 1 ? "was" : "were"} selected (${
          percent(totals.selection.share ?? 0)
        })${redeemed}.`,
    sponsored: sponsored === null ? null : sponsoredInWords(sponsored),
    lift: last === undefined ? null : liftInWords(last, facts),
  };
}

/** Whose shares they are: where no table has all users, those without offers are not known. */
function usersMeant(of: { users: number; users_with_offers: number }): string {
  return of.users === of.users_with_offers ? "users with offers" : "users";
}

/** The groups that are to have sponsored users. */
export function groupsWithTarget<Group extends Pick<ReviewGroup, "sponsorship_ratio">>(
  groups: readonly Group[],
): Group[] {
  return groups.filter(({ sponsorship_ratio: target }) => target !== null && target > 0);
}

/** How many of groups with a target lie below it by a share of their users. */
export function groupsBelowTarget(
  groups: readonly ReviewGroup[],
  by: (group: ReviewGroup) => number,
): number {
  return groups.filter((group) => by(group) < group.sponsorship_ratio! - 1e-12).length;
}

function sponsoredInWords({ overall, groups }: NonNullable<ReviewFacts["sponsored"]>): string {
  const who = usersMeant(overall);
  const asked = groupsWithTarget(groups);
  const first = `${percent(overall.ratio_by_assignments)} of ${who} have a sponsored ${
    who === "users" ? "offer" : "one"
  }, ${percent(overall.ratio_by_selections.share ?? 0)} selected one`;
  if (asked.length === 0) return `${first}.`;
  const reached = asked.length - groupsBelowTarget(asked, (g) => g.ratio_by_assignments);
  const bySelections = groupsBelowTarget(asked, (g) => g.ratio_by_selections.share ?? 0);
  const among = who === "users" ? "" : " among these users";
  return `${first}: of ${counted(asked.length, "group")} with a target ` +
    `${count(reached)} ${reached === 1 ? "reaches" : "reach"} it${among} by assignments, ` +
    `${count(asked.length - bySelections)} by selections.`;
}

/** What a lift says, and whether it differs from 0 beyond chance. */
export function liftInWords(
  lift: LiftFacts,
  { confidence, totals }: Pick<ReviewFacts, "confidence" | "totals">,
): string {
  const { outcome, offered, held_out, difference, low, high } = lift;
  if (difference === null || low === null || high === null) {
    return `The holdout tells nothing: ${
      held_out.users === 0 ? "nobody was held out" : "everybody was"
    }.`;
  }
  const verdict = low > 0
    ? "more than chance makes"
    : high < 0
    ? "fewer than chance makes"
    : "which may be chance";
  // Users held out have no offers: of the others those without are known only where a table has them.
  const isAll = offered.users > totals.users_with_offers;
  return `${percent(offered.share!)} of ${
    isAll ? "users" : "users with offers"
  } ${outcome} something, ${percent(held_out.share!)} of ` +
    `the ${counted(held_out.users, "user")} held out: ${signedPoints(difference)} points ` +
    `(${signedPoints(low)} to ${signedPoints(high)} at ${
      confidenceInWords(confidence)
    } confidence), ${verdict}.`;
}

/** What was left out of the inputs, or is odd, a line each. */
export function reviewNotes({ input }: ReviewFacts): string[] {
  const notes: string[] = [];
  const say = (n: number, one: string, many: string) => {
    if (n > 0) notes.push(`${count(n)} ${n === 1 ? one : many}`);
  };
  say(
    input.repeated_offers,
    "row of the assignments is repeated",
    "rows of the assignments are repeated",
  );
  say(
    input.offers_to_held_out,
    "offer is to a user held out, who counts in the lift only",
    "offers are to users held out, who count in the lift only",
  );
  for (const kind of ["selections", "redemptions"] as const) {
    const events = input[kind];
    if (events === null) continue;
    const noun = kind.slice(0, -1);
    say(
      events.repeated,
      `${noun} is repeated, and counted once`,
      `${kind} are repeated, and counted once`,
    );
    say(
      events.not_offered,
      `${noun} is of a contract that the user was not offered`,
      `${kind} are of contracts that the user was not offered`,
    );
    say(
      events.unknown_users,
      `${noun} is of a user whom no other input names`,
      `${kind} are of users whom no other input names`,
    );
    say(
      events.outside_days,
      `${noun} is of a day that is not reviewed`,
      `${kind} are of days that are not reviewed`,
    );
  }
  say(
    input.redeemed_unselected,
    "offer was redeemed without a selection",
    "offers were redeemed without a selection",
  );
  return notes;
}
