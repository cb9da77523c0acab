/**
 * Text from the bytes of a table or document that is read whole.
 *
 * @module
 */
import { optionWithValue } from "../../base/option_words.ts";
import { isUtf8 } from "node:buffer";
import { InputError } from "../../base/errors.ts";

/** Advice for a document that is not UTF-8. */
const SAVE = "save it as UTF-8";

/** Advice for a table that is not UTF-8. */
export function tableRemedy(): string {
  return `${SAVE}, or say so: ${optionWithValue("encoding", "latin1")}, windows-1252 or utf-16`;
}

/**
 * Bytes as text: UTF-8, or UTF-16 where a byte order mark says so. Anything else is refused, since replacing bad bytes could
 * make one id of two.
 *
 * @param remedy what the error advises
 * @throws {InputError} with line and column of the first byte at fault, and what the text most likely is
 *
 * @example
 * ```ts
 * import { assertThrows } from "../../deps/std_assert.ts";
 * import { decodeText } from "./decode_text.ts";
 * const latin1 = Uint8Array.of(0x61, 0x0a, 0x47, 0x72, 0xe9); // "a", line break, "Gré"
 * assertThrows(() => decodeText(latin1, "caps.csv"), Error, "caps.csv:2: character 3 is byte 0xE9");
 * ```
 */
export function decodeText(bytes: Uint8Array, file: string, remedy: string = SAVE): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes, file, "utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes, file, "utf-16be");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8(bytes, file, 1, remedy);
  }
}

function utf16(bytes: Uint8Array, file: string, encoding: "utf-16le" | "utf-16be"): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${file}: not the UTF-16 text that its byte order mark promises`, {
      file,
    });
  }
}

/**
 * Index where the first line that is not UTF-8 begins, of the complete lines in `bytes[from … end)`; null where all are
 * UTF-8.
 *
 * @param final whether the input ends here, so that the last line is complete without a line break
 */
export function lineNotUtf8(
  bytes: Uint8Array,
  from: number,
  end: number,
  final: boolean,
): number | null {
  const whole = final ? end : bytes.subarray(from, end).lastIndexOf(LF) + 1 + from;
  // No character of UTF-8 holds the byte of a line break, so lines can be judged one by one.
  if (isUtf8(bytes.subarray(from, whole))) return null;
  const at = validBytes(bytes.slice(from, whole));
  return bytes.subarray(from, from + at).lastIndexOf(LF) + 1 + from;
}

/**
 * The error for bytes that are not UTF-8.
 *
 * @param bytes the input from the beginning of line `firstLine` on
 * @param remedy what the error advises
 */
export function notUtf8(
  bytes: Uint8Array,
  file: string,
  firstLine = 1,
  remedy: string = tableRemedy(),
): InputError {
  const at = validBytes(bytes);
  const before = new TextDecoder().decode(bytes.slice(0, at));
  const line = before.split("\n").length + firstLine - 1;
  const column = Array.from(before.slice(before.lastIndexOf("\n") + 1)).length + 1;
  const hex = bytes[at].toString(16).toUpperCase().padStart(2, "0");
  return new InputError(
    `${file}:${line}: character ${column} is byte 0x${hex}, expected UTF-8 (most likely it is ` +
      `${likelyEncoding(bytes)}; ${remedy})`,
    { file, line, expected: "UTF-8" },
  );
}

const LF = 10;

/** How many bytes at the beginning are whole characters of UTF-8; a binary search. */
function validBytes(bytes: Uint8Array): number {
  // With `stream`, the decoder accepts a character that is cut off at the end.
  const isGood = (end: number) => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0, bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  // Back to where the cut-off character begins.
  const isContinuation = (byte: number) => (byte & 0xc0) === 0x80;
  let from = good;
  while (from > 0 && good - from < 3 && isContinuation(bytes[from - 1])) from--;
  const lead = from > 0 ? bytes[from - 1] : 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return length > 1 && good - from + 1 < length ? from - 1 : good;
}

/** A guess: NULs mean UTF-16; bytes 0x80…0x9F are control codes in Latin-1, but letters and quotes in Windows-1252. */
function likelyEncoding(bytes: Uint8Array): string {
  const head = bytes.subarray(0, 1 << 16);
  if (head.includes(0)) return "UTF-16 without a byte order mark";
  return bytes.some((byte) => byte >= 0x80 && byte < 0xa0) ? "Windows-1252" : "Latin-1";
}
