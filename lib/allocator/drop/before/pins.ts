/**
 * Pins: pairs that must be given.
 *
 * @module
 */
import { optionInWords } from "../../../base/option_words.ts";
import { InputError, quote } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/ids/near_ids.ts";
import type { PinRows } from "./given_rows.ts";
import { contractNamed, pairOf, type PairsByUser, type Parties } from "./parties.ts";

/** Pins looked up in a drop, sorted by user and contract, each once. */
export interface PinnedPairs {
  /** Uint32Array: user of the directory. */
  readonly user: Uint32Array;
  /** Uint32Array: contract. */
  readonly contract: Uint32Array;
  /** Float64Array: score that the pin gives; NaN: none. */
  readonly score: Float64Array;
  /** Uint32Array: row of the pins, the first about the pair. */
  readonly row: Uint32Array;
  /** Rows about a pair that came before. */
  readonly duplicates: number;
}

/**
 * Looks the ids of pins up in the drop.
 *
 * @throws {InputError} for a user or contract that the drop does not have, or a contract without a cap
 */
export function pinnedPairs(rows: PinRows, parties: Parties): PinnedPairs {
  const { user_id, contract_address } = rows.columns, { length } = rows;
  const users = Array.from(
    { length: user_id.ids.length },
    (_, i) => parties.users.findString(user_id.ids.pool.at(i)),
  );
  const contracts = Array.from(
    { length: contract_address.ids.length },
    (_, i) => contractNamed(parties, contract_address.ids.pool.at(i)),
  );
  const user = user_id.code, contract = contract_address.code;
  const scores = rows.numbers.array();
  for (let row = 0; row < length; row++) {
    const u = users[user[row]], c = contracts[contract[row]];
    if (u < 0) throw unknown(rows, row, "user_id", user_id.text(row), "a user that has a group");
    if (c < 0) {
      const near = didYouMean(contract_address.text(row), parties.contracts);
      throw unknown(
        rows,
        row,
        "contract_address",
        contract_address.text(row),
        `a contract of ${rows.placeOf(row).line === undefined ? "contracts" : "caps"}${near}`,
      );
    }
    if (c >= parties.contracts.length) {
      const text = contract_address.text(row);
      throw unknown(rows, row, "contract_address", text, "a contract that has a cap above 0");
    }
  }
  const order = Array.from({ length }, (_, row) => row).sort((a, b) =>
    users[user[a]] - users[user[b]] || contracts[contract[a]] - contracts[contract[b]] || a - b
  );
  const kept = order.filter((row, i) =>
    i === 0 || user[row] !== user[order[i - 1]] || contract[row] !== contract[order[i - 1]]
  );
  return {
    user: Uint32Array.from(kept, (row) => users[user[row]]),
    contract: Uint32Array.from(kept, (row) => contracts[contract[row]]),
    score: Float64Array.from(kept, (row) => scores[row]),
    row: Uint32Array.from(kept),
    duplicates: length - kept.length,
  };
}

function unknown(
  rows: PinRows,
  row: number,
  name: string,
  value: string,
  expected: string,
): InputError {
  const column = rows.nameOf(row, name);
  return new InputError(
    `${rows.placeText(row)}: pinned ${column} is ${quote(value)}, expected ${expected}`,
    { ...rows.placeOf(row), column, value, expected },
  );
}

/**
 * The pairs, with those pins added that are no eligible pair.
 *
 * @param mayCreate whether a pin may become an eligible pair, with its score
 * @returns the pairs, and of each pin whether it was added
 * @throws {InputError} for a pin that is no eligible pair, where it may not become one or has no score
 */
export function withPins(
  pairs: PairsByUser,
  pins: PinnedPairs,
  rows: PinRows,
  mayCreate: boolean,
): { pairs: PairsByUser; created: Uint8Array } {
  const created = Uint8Array.from(
    pins.user,
    (u, i) => pairOf(pairs, u, pins.contract[i]) < 0 ? 1 : 0,
  );
  const added = created.reduce((sum, one) => sum + one, 0);
  if (added === 0) return { pairs, created };
  created.forEach((isNew, i) => {
    if (isNew === 1 && !(mayCreate && Number.isFinite(pins.score[i]))) {
      throw notEligible(rows, pins.row[i], mayCreate);
    }
  });
  return { pairs: inserted(pairs, pins, created, added), created };
}

/** What is expected of a pin, where that may not become an eligible pair by itself. */
export function eligibleOrMadeSo(): string {
  return `an eligible pair (${
    optionInWords("pinsCreate")
  } makes it one, with the score of the pin)`;
}

function notEligible(rows: PinRows, row: number, mayCreate: boolean): InputError {
  const { user_id, contract_address } = rows.columns;
  const pair = `the pinned pair of ${user_id.text(row)} and ${contract_address.text(row)}`;
  const remedy = mayCreate ? "a score beside it, to be one" : eligibleOrMadeSo();
  return new InputError(`${rows.placeText(row)}: ${pair} is not eligible, expected ${remedy}`, {
    ...rows.placeOf(row),
    column: rows.nameOf(row, mayCreate ? "score" : "contract_address"),
    expected: remedy,
  });
}

/** New columns with the created pins inserted in order. */
function inserted(
  { start, contract, score }: PairsByUser,
  pins: PinnedPairs,
  created: Uint8Array,
  added: number,
): PairsByUser {
  const users = start.length - 1, all = start[users];
  const own = {
    start: new Uint32Array(start.length),
    contract: contract instanceof Uint16Array
      ? new Uint16Array(all + added)
      : new Uint32Array(all + added),
    score: new Float64Array(all + added),
  };
  let at = 0, pin = 0;
  const put = (c: number, value: number) => {
    own.contract[at] = c;
    own.score[at++] = value;
  };
  for (let u = 0; u < users; u++) {
    let p = start[u];
    const to = start[u + 1];
    for (; pin < pins.user.length && pins.user[pin] === u; pin++) {
      if (created[pin] === 0) continue;
      for (; p < to && contract[p] < pins.contract[pin]; p++) put(contract[p], score[p]);
      put(pins.contract[pin], pins.score[pin]);
    }
    for (; p < to; p++) put(contract[p], score[p]);
    own.start[u + 1] = at;
  }
  return own;
}
