/**
 * Changes of a drop, in words and in a canonical form.
 *
 * @module
 */
import { listOfChanges } from "../../report/facts/compare/whatif_facts.ts";
import type { Change } from "./messages.ts";

/** A change without factors of 1 and empty lists, with its keys in order. */
export function tidied(change: Change): Change {
  const record = (given: Readonly<Record<string, number>> | undefined, idle?: number) => {
    const kept = Object.entries(given ?? {}).filter(([, value]) => value !== idle)
      .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };
  const list = <One>(given: readonly One[] | undefined) => {
    const all = new Map((given ?? []).map((one) => [JSON.stringify(one), one]));
    const kept = [...all].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
    return kept.length === 0 ? undefined : kept;
  };
  const { ratioScale, k, policy = {} } = change;
  const rules = Object.entries(policy).filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1);
  const all: Change = {
    ratioScale: ratioScale === 1 ? undefined : ratioScale,
    setRatio: record(change.setRatio),
    capScale: record(change.capScale, 1),
    brandCapScale: record(change.brandCapScale, 1),
    setCap: record(change.setCap),
    limitScale: record(change.limitScale, 1),
    pins: list(change.pins?.map(({ user, contract }) => ({ user, contract }))),
    bans: list(
      change.bans?.map(({ user, contract, brand, group }) => ({ user, contract, brand, group })),
    ),
    k,
    policy: rules.length === 0 ? undefined : Object.fromEntries(rules),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Two changes with the same key come to the same drop. */
export function keyOf(change: Change): string {
  return JSON.stringify(tidied(change));
}

/** A change in words, one by one. */
export function wordsOf(change: Change): string[] {
  return listOfChanges({ ...change, name: "" });
}

/** Most parts of a step that are named one by one. */
const NAMED = 3;

/** What a step from one change to another does, in words. */
export function stepInWords(before: Change, after: Change): string {
  const had = new Set(wordsOf(before)), has = new Set(wordsOf(after));
  const added = [...has].filter((word) => !had.has(word));
  const subject = (word: string) => word.replace(/ (?:=|×) .*$/, "");
  const subjects = new Set(added.map(subject));
  const back = [...had].filter((word) => !has.has(word) && !subjects.has(subject(word)))
    .map((word) => /^(pin|ban) of /.test(word) ? `no ${word}` : `${subject(word)} as it was`);
  const all = [...added, ...back];
  if (all.length === 0) return "nothing";
  const more = all.length - NAMED;
  return all.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
