/// <reference lib="dom" />
/**
 * Pins and bans of single pairs, by a click.
 *
 * @module
 */
import type { Change } from "../session/messages.ts";
import { html } from "./markup.ts";
import type { Shown, Store } from "./store.ts";

/** What a change says of a pair. */
export type PairState = "pinned" | "banned" | "free";

/** Whether a pin or a ban names exactly this user and contract. */
function isOf(user: string, contract: string) {
  return (one: { user?: string; contract?: string; brand?: string; group?: string }) =>
    one.user === user && one.contract === contract && one.brand === undefined &&
    one.group === undefined;
}

/** What a change says of a pair: pins and bans that name just the two. */
export function pairState(
  { pins = [], bans = [] }: Change,
  user: string,
  contract: string,
): PairState {
  const isIt = isOf(user, contract);
  return pins.some(isIt) ? "pinned" : bans.some(isIt) ? "banned" : "free";
}

/** The change with a pair pinned, banned or neither. */
function withPair(change: Change, user: string, contract: string, state: PairState): Change {
  const pair = { user, contract }, isIt = isOf(user, contract);
  const pins = (change.pins ?? []).filter((one) => !isIt(one));
  const bans = (change.bans ?? []).filter((one) => !isIt(one));
  return {
    ...change,
    pins: state === "pinned" ? [...pins, pair] : pins,
    bans: state === "banned" ? [...bans, pair] : bans,
  };
}

/** Users whose pairs a change pins or bans, each once, sorted. */
export function usersWithPairs({ pins = [], bans = [] }: Change): string[] {
  const users = [...pins, ...bans].flatMap(({ user }) => user === undefined ? [] : [user]);
  return [...new Set(users)].sort();
}

/** Two buttons: pin and ban; at most one is pressed. */
export function PairTools({ store, shown, user, contract, fixed = false }: {
  store: Store;
  shown: Shown;
  user: string;
  contract: string;
  /** Whether the drop itself pins it, or keeps it out. */
  fixed?: boolean;
}) {
  const state = pairState(shown.draft, user, contract);
  const button = (name: string, makes: PairState) =>
    html`
      <button type="button" aria-pressed=${String(state === makes)}
        aria-label=${`${name} ${contract} for ${user}`} disabled=${shown.gone}
        onClick=${() =>
          store.edit(
            withPair(shown.draft, user, contract, state === makes ? "free" : makes),
          )}>${state === makes ? makes : name}</button>
    `;
  if (fixed && state === "free") return null;
  return html`<span class="pins">${button("pin", "pinned")}${button("ban", "banned")}</span>`;
}
