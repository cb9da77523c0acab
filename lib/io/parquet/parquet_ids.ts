/**
 * Numbers the ids of a Parquet page in PLAIN encoding.
 *
 * @module
 */
import { equalBytes, type IdTable, viewOf } from "../../base/ids/id_table.ts";
import { type ColumnType, isUtf8 } from "./parquet_types.ts";
import { isPadded, trimEnd, trimStart } from "../bytes/trim.ts";

/** Returns the number, ≥ 0, of the id that is the bytes `[from, to)` of a view; or {@link NOT_TEXT}. */
export type Numbering = (view: DataView, from: number, to: number) => number;

/** In place of a number: the id is blank; it is missing; its bytes are not UTF-8. All are negative. */
export const BLANK: number = -1, MISSING: number = -2, NOT_TEXT: number = -3;

/**
 * Numbers that tables gave to bytes that are not UTF-8. A dictionary may have such an entry that no row refers to, and a later
 * part of the file, or another file, rows that do.
 */
const notText = new WeakMap<IdTable, Set<number>>();
/** Whether there are any: most files have none, and asking for each value would take time. */
let hasNotText = false;

/** Numbers ids as {@link IdTable.intern} does. Bytes may not be UTF-8, which is checked once for each new id. */
export function interning(table: IdTable): Numbering {
  return (view, from, to) => {
    const before = table.length, number = table.intern(view, from, to);
    if (table.length === before) {
      return hasNotText && notText.get(table)?.has(number) ? NOT_TEXT : number;
    }
    if (isUtf8(view, from, to)) return number;
    hasNotText = true;
    const others = notText.get(table);
    if (others === undefined) notText.set(table, new Set([number]));
    else others.add(number);
    return NOT_TEXT;
  };
}

/**
 * Numbers the ids that are stored from `at` on, as many as `into` has elements. Values that are not text count as their text,
 * so that an id is the same whatever the type of its column.
 */
export function numberIds(
  bytes: Uint8Array,
  at: number,
  type: ColumnType,
  number: Numbering,
  into: Int32Array,
): void {
  if (type.kind === "text" && !type.isPadded && type.width === 0) {
    return numberTexts(bytes, at, number, into);
  }
  if (type.kind === "text") {
    return eachValue(bytes, at, into.length, type.width, (view, from, to, i) => {
      while (type.isPadded && to > from && bytes[to - 1] === 0) to--;
      into[i] = trimmedId(bytes, view, from, to, number);
    });
  }
  eachValue(bytes, at, into.length, type.width, (view, from, to, i) => {
    if (type.kind === "integer" && from + 4 === to) scratch.whole(type.number(view, from, to));
    else scratch.text(type.text(view, from, to));
    into[i] = scratch.length === 0 ? BLANK : number(scratch.view, 0, scratch.length);
  });
}

/** Numbers texts, each stored behind its length; a text that equals the one before, as in sorted files, is not looked up. */
function numberTexts(bytes: Uint8Array, at: number, number: Numbering, into: Int32Array): void {
  const view = viewOf(bytes);
  let last = 0, lastLength = -1, id = BLANK;
  for (let i = 0; i < into.length; i++) {
    const from = at + 4, to = at = from + view.getUint32(at, true), length = to - from;
    if (to > bytes.length) throw new RangeError("a page ends too early");
    if (length !== lastLength || !equalBytes(view, last, view, from, length)) {
      id = from < to && !isPadded(bytes, from, to)
        ? number(view, from, to)
        : trimmedId(bytes, view, from, to, number);
      lastLength = length;
    }
    last = from;
    into[i] = id;
  }
}

function trimmedId(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  number: Numbering,
): number {
  const first = trimStart(bytes, from, to), last = trimEnd(bytes, first, to);
  return first === last ? BLANK : number(view, first, last);
}

/** Calls `take` for `count` values of `width` bytes each; where `width` is 0, each value's length stands before it. */
export function eachValue(
  bytes: Uint8Array,
  at: number,
  count: number,
  width: number,
  take: (view: DataView, from: number, to: number, i: number) => void,
): void {
  const view = viewOf(bytes);
  for (let i = 0; i < count; i++) {
    const from = width > 0 ? at : at + 4;
    at = from + (width > 0 ? width : view.getUint32(at, true));
    if (at > bytes.length) throw new RangeError("a page ends too early");
    take(view, from, at, i);
  }
}

/** Bytes of a value's text, built to be numbered. */
class TextScratch {
  bytes = new Uint8Array(64);
  view: DataView = viewOf(this.bytes);
  length = 0;

  text(text: string): void {
    if (3 * text.length > this.bytes.length) {
      this.bytes = new Uint8Array(6 * text.length);
      this.view = viewOf(this.bytes);
    }
    this.length = encoder.encodeInto(text, this.bytes).written;
  }

  /** A whole number of at most 32 bits. */
  whole(value: number): void {
    let rest = Math.abs(value), digits = 1;
    for (let bound = 10; rest >= bound; bound *= 10) digits++;
    this.length = value < 0 ? digits + 1 : digits;
    if (value < 0) this.bytes[0] = 45;
    for (let at = this.length - 1; digits > 0; at--, digits--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = 48 + (rest - 10 * next);
      rest = next;
    }
  }
}

const encoder = new TextEncoder();

/** One serves the whole thread, since each value is numbered before the next text is built. */
const scratch = new TextScratch();
