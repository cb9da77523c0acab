/**
 * Limits that others imply: where two count the same offers alike, the one with the larger amount is kept whenever the other is.
 *
 * @module
 */
import { spread } from "../../base/numbers/spread.ts";
import { sharedFloat64, sharedUint32 } from "../../base/arrays/shared_array.ts";
import type { LimitRows } from "../drop/instance/limits.ts";

/** What of limits tells which of them others imply. */
type Counted = Pick<
  LimitRows,
  "family" | "amount" | "price" | "start" | "row" | "coefficient" | "cells"
>;

/**
 * The limits, in which offers count nothing toward rows that a hard row implies, so that solvers have fewer of them to price and to
 * keep. Such rows stay, with their amounts, which use 0 keeps: rows with an amount below 0 are left as they are, and so are
 * {@link ItemCells}, whose items are the same but for numbers of their own. The object given, if no row is implied.
 */
export function withoutImplied<L extends Counted>(limits: L): L {
  const implied = impliedRows(limits);
  if (implied === null) return limits;
  const { start, row, coefficient } = limits;
  let entries = 0;
  for (let e = 0; e < row.length; e++) if (implied[row[e]] === 0) entries++;
  const own = {
    start: sharedUint32(start.length),
    row: sharedUint32(entries),
    coefficient: sharedFloat64(entries),
  };
  for (let i = 0, at = 0; i + 1 < start.length; i++) {
    for (let e = start[i]; e < start[i + 1]; e++) {
      if (implied[row[e]] === 1) continue;
      own.row[at] = row[e];
      own.coefficient[at++] = coefficient[e];
    }
    own.start[i + 1] = at;
  }
  return { ...limits, ...own };
}

/** Uint8Array, length rows: 1 where a hard row implies the row; null: nowhere. */
function impliedRows(limits: Counted): Uint8Array | null {
  const { family, amount, price, cells = null } = limits;
  // Rows of one family count different offers.
  if (cells !== null || family.every((own) => own === family[0])) return null;
  const alike = rowsAlike(limits);
  if (alike === null) return null;
  // Of rows that are alike, the hard one with the least amount.
  const tightest = new Int32Array(amount.length).fill(-1);
  alike.forEach((first, r) => {
    const known = tightest[first];
    if (price[r] === Infinity && (known < 0 || amount[r] < amount[known])) tightest[first] = r;
  });
  const implied = Uint8Array.from(amount, (own, r) => {
    const other = tightest[alike[r]];
    return other >= 0 && other !== r && own >= Math.max(0, amount[other]) ? 1 : 0;
  });
  return implied.includes(1) ? implied : null;
}

/**
 * Uint32Array, length rows: the first row toward which the same items count the same; null: no two rows are alike. Rows are told apart
 * by a hash first, which needs no list of each row's items.
 */
function rowsAlike({ amount, start, row, coefficient }: Counted): Uint32Array | null {
  const rows = amount.length, hash = new Int32Array(rows), count = new Uint32Array(rows);
  for (let i = 0; i + 1 < start.length; i++) {
    for (let e = start[i]; e < start[i + 1]; e++) {
      const r = row[e];
      count[r]++;
      hash[r] = Math.imul(hash[r], 0x01000193) ^ spread(i + 1) ^
        (coefficient[e] * 65536);
    }
  }
  const first = Uint32Array.from(amount.keys()), known = new Map<string, number>();
  for (let r = 0; r < rows; r++) {
    if (count[r] === 0) continue;
    const key = `${count[r]} ${hash[r]}`, before = known.get(key);
    if (before === undefined) known.set(key, r);
    else first[r] = before;
  }
  if (first.every((own, r) => own === r)) return null;
  const same = new Uint32Array(rows), own = new Float64Array(rows), seen = new Int32Array(rows);
  for (let i = 0; i + 1 < start.length; i++) {
    for (let e = start[i]; e < start[i + 1]; e++) {
      if (first[row[e]] !== row[e]) continue;
      own[row[e]] = coefficient[e];
      seen[row[e]] = i + 1;
    }
    for (let e = start[i]; e < start[i + 1]; e++) {
      const r = row[e], other = first[r];
      if (other !== r && seen[other] === i + 1 && own[other] === coefficient[e]) same[r]++;
    }
  }
  return first.map((other, r) => same[r] === count[r] ? other : r);
}
