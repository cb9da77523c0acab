/**
 * The pins and the scaling of scores of some of a drop's users.
 *
 * @module
 */
import type { Pins } from "../instance/pins.ts";
import type { ScoreScaling } from "../instance/score_scaling.ts";

/** The columns of a drop that are needed here. */
interface WithBefore {
  readonly start: Uint32Array;
  readonly pins?: Pins;
  readonly scaling?: ScoreScaling;
}

/** Pins and scaling of the users in `list` (ascending), with pairs renumbered as in a drop of these users alone. */
export function beforeOfUsers(
  { start, pins, scaling }: WithBefore,
  list: Uint32Array,
): { pins?: Pins; scaling?: ScoreScaling } {
  return {
    pins: pins && pinsOfUsers(start, pins, list),
    scaling: scaling && {
      ...scaling,
      declines: scaling.declines && declinesOfUsers(start, scaling.declines, list),
      userFactor: scaling.userFactor &&
        Float64Array.from(list, (u) => scaling.userFactor![u]),
    },
  };
}

function pinsOfUsers(start: Uint32Array, pins: Pins, list: Uint32Array): Pins | undefined {
  const pair: number[] = [], kept: number[] = [];
  let at = 0, i = 0;
  for (const u of list) {
    while (i < pins.pair.length && pins.pair[i] < start[u]) i++;
    for (; i < pins.pair.length && pins.pair[i] < start[u + 1]; i++) {
      pair.push(at + pins.pair[i] - start[u]);
      kept.push(i);
    }
    at += start[u + 1] - start[u];
  }
  if (pair.length === 0) return undefined;
  return {
    ...pins,
    pair: Uint32Array.from(pair),
    created: Uint8Array.from(kept, (i) => pins.created[i]),
    row: Uint32Array.from(kept, (i) => pins.row[i]),
  };
}

function declinesOfUsers(start: Uint32Array, declines: Uint8Array, list: Uint32Array): Uint8Array {
  const parts = Array.from(list, (u) => declines.subarray(start[u], start[u + 1]));
  const own = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    own.set(part, at);
    at += part.length;
  }
  return own;
}

/** Uint8Array, length users: 1 for users who have a pin. */
export function usersWithPins(start: Uint32Array, pins: Pins | undefined): Uint8Array {
  const has = new Uint8Array(start.length - 1);
  let u = 0;
  for (const pair of pins?.pair ?? []) {
    while (start[u + 1] <= pair) u++;
    has[u] = 1;
  }
  return has;
}
