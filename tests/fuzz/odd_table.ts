/** CSV tables as people have them, drawn at random: encodings, separators, line ends, quotes, blank rows. */
import { Buffer } from "node:buffer";
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import type { DialectOptions } from "../../lib/io/csv/dialect_options.ts";

/** A table, and what a reader has to be told of it. */
export interface OddTable {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** What Divvy is told. */
  readonly options: DialectOptions;
  /** What Python is told: its own name of the encoding, and the separator. */
  readonly python: { encoding: string; separator: string; skip: number; crOnly: boolean };
}

/** An encoding: what Divvy is told, what Python calls it, its letters, how it is written. */
interface OddEncoding {
  readonly option?: DialectOptions["encoding"];
  readonly python: string;
  readonly letters: string;
  readonly write: (text: string) => Uint8Array;
}

const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();
const LATIN1 = "äé\u00a0ß\u0085ÿ";
const ANY = `${LATIN1}€日🎁\u2028`;

const ENCODINGS: readonly OddEncoding[] = [
  { python: "utf-8-sig", letters: ANY, write: (text) => Buffer.from(text) },
  { python: "utf-8-sig", letters: ANY, write: (text) => Buffer.from("\ufeff" + text) },
  { python: "latin-1", option: "latin1", letters: LATIN1, write: (t) => Buffer.from(t, "latin1") },
  {
    python: "cp1252",
    option: "windows-1252",
    letters: "äé\u00a0ß€ÿ",
    write: (text) => Buffer.from(text.replaceAll("€", "\x80"), "latin1"),
  },
  { python: "utf-16", letters: ANY, write: (text) => Buffer.from("\ufeff" + text, "utf16le") },
  { python: "utf-16", letters: ANY, write: (text) => utf16be("\ufeff" + text) },
  {
    python: "utf-16-le",
    option: "utf-16",
    letters: ANY,
    write: (text) => Buffer.from(text, "utf16le"),
  },
  { python: "utf-16-be", option: "utf-16", letters: ANY, write: utf16be },
];

/** A table of user_id and group_id among other columns. */
export function oddTable(seed: number): OddTable {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)];
  const encoding = pick(ENCODINGS), separator = pick([",", ";", "\t", "|"]);
  const newline = pick(["\n", "\n", "\r\n", "\r"]);
  const skip = random.next() < 0.2 ? 1 : 0;
  const order = pick([["user_id", "group_id"], ["x", "group_id", "user_id"], [
    "user_id",
    "größe" + (encoding.letters.includes("日") ? "日" : ""),
    "group_id",
  ]]);
  let text = skip === 1 ? `sep=${separator}${newline}` : "";
  text += order.join(separator);
  for (let rows = random.below(random.next() < 0.05 ? 4000 : 12); rows > 0; rows--) {
    text += newline;
    if (random.next() < 0.1) text += random.next() < 0.5 ? newline : `${separator}${newline}`;
    text += order.map((name) => cell(random, encoding.letters, newline, name === "x")).join(
      separator,
    );
  }
  if (random.next() < 0.7) text += newline;
  // What the header tells need not be said.
  const isSaid = random.next() < 0.3;
  return {
    bytes: encoding.write(text),
    options: { encoding: encoding.option, ...(isSaid && { separator }) },
    python: { encoding: encoding.python, separator, skip, crOnly: newline === "\r" },
  };
}

function cell(random: Random, letters: string, newline: string, mayBeBlank: boolean): string {
  if (mayBeBlank && random.next() < 0.3) return "";
  const quoted = random.next() < 0.4;
  const plain = [..."abc019 .=-@+", ...letters];
  // A separator that is not the table's needs no quotes, but a reader must not take it for one.
  const parts = quoted ? [...plain, '""', ",", ";", "\t", "|", newline] : plain;
  let text = "";
  for (let length = 1 + random.below(6); length > 0; length--) {
    text += parts[random.below(parts.length)];
  }
  return quoted ? `"u${text}"` : `u${text}`;
}
