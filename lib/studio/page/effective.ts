/**
 * Ratios and caps under a change, as the controls show them before anything is solved. The same rules as
 * `applyScenario`, for the one group or contract that is looked at.
 *
 * @module
 */
import { BEFORE_FLOOR } from "../../base/numbers/rounding.ts";
import type { Change, StudioContract, StudioDrop } from "../session/messages.ts";

/** The ratio of a group under a change. */
export function ratioUnder(change: Change, group: StudioDrop["groups"][number]): number {
  return own(change.setRatio, group.id) ?? Math.min(1, group.ratio * (change.ratioScale ?? 1));
}

/** The model under a change. */
export function modelUnder(change: Change, drop: StudioDrop): StudioDrop["model"] {
  return change.policy?.model ?? drop.model;
}

/** The cap of a contract under a change. */
export function capUnder(change: Change, contract: StudioContract): number {
  const set = own(change.setCap, contract.id);
  if (set !== undefined) return set;
  const { capScale, brandCapScale } = change;
  // A contract's own id comes before the words for many.
  const names = [contract.id, "all", contract.sponsored ? "sponsored" : "unsponsored"];
  let factor = 1;
  for (const name of new Set(names)) factor *= own(capScale, name) ?? 1;
  if (contract.brand !== "") factor *= own(brandCapScale, contract.brand) ?? 1;
  return Math.floor(contract.cap * factor * BEFORE_FLOOR);
}

/** The types of contracts that there are: only their caps can be changed together. */
export function typesOf(contracts: readonly StudioContract[]): ("sponsored" | "unsponsored")[] {
  return (["sponsored", "unsponsored"] as const).filter((type) =>
    contracts.some(({ sponsored }) => sponsored === (type === "sponsored"))
  );
}

/**
 * Whether a factor of all ratios changes anything under a change: the model asks for minima, some group has one, and there is an
 * offer to keep it with.
 */
export function asksForSponsored(change: Change, drop: StudioDrop): boolean {
  const { groups, contracts } = drop;
  return modelUnder(change, drop) === "uniform" && groups.some(({ ratio }) => ratio > 0) &&
    contracts.some(({ sponsored }) => sponsored);
}

/** A record with one entry changed; undefined removes it. */
export function withEntry(
  record: Readonly<Record<string, number>> | undefined,
  key: string,
  value: number | undefined,
): Record<string, number> {
  return withEntries(record, [[key, value]]);
}

/** A record with entries changed, which come last; undefined removes one. */
export function withEntries(
  record: Readonly<Record<string, number>> | undefined,
  changed: Iterable<readonly [string, number | undefined]>,
): Record<string, number> {
  const entries = new Map(Object.entries(record ?? {}));
  for (const [key, value] of changed) {
    entries.delete(key);
    if (value !== undefined) entries.set(key, value);
  }
  return Object.fromEntries(entries);
}

/** An own entry of a record, not an inherited one. */
export function own<T>(
  record: Readonly<Record<string, T>> | undefined,
  key: string,
): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
