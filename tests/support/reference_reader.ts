/** Eligibility rows by way of @std/csv and strings: slow, plain, and written without a look at the reader it judges. */
import { parse } from "../../lib/deps/std_csv.ts";

/** A row of the file. */
export interface ReferenceRow {
  line: number;
  user: string;
  contract: string;
  score: number;
}

/** What the file holds, up to the first fault. */
export interface ReferenceResult {
  rows: ReferenceRow[];
  /** Line of the first fault, or null. */
  faultLine: number | null;
}

/** Reads `text` as the eligibility file's rules say. */
export function referenceRows(text: string): ReferenceResult {
  const rows: ReferenceRow[] = [];
  let header: string[] | null = null;
  for (const { line, record } of records(text)) {
    if (record === null) return { rows, faultLine: line };
    if (record.length === 1 && record[0].trim() === "") continue;
    if (header === null) {
      header = record.map((name) => name.trim());
      continue;
    }
    if (record.length !== header.length) return { rows, faultLine: line };
    const field = (name: string) => record[header!.indexOf(name)].trim();
    const user = field("user_id"), contract = field("contract_address"), score = field("score");
    const isNumber = /^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$/.test(score) &&
      Math.abs(Number(score)) < Infinity;
    if (user === "" || contract === "" || !isNumber) return { rows, faultLine: line };
    rows.push({ line, user, contract, score: Number(score) });
  }
  return { rows, faultLine: null };
}

/** In place of a CR before a line break, a sign that no table here has. */
const HELD_CR = "\x02";

/**
 * Records as @std/csv parses them, with the line each begins on; a null record where it refuses. It is given one
 * record at a time: the shortest run of lines that it takes.
 */
function* records(text: string): Generator<{ line: number; record: string[] | null }> {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (let from = 0; from < lines.length;) {
    if (lines[from] === "" || lines[from] === "\r") {
      from++;
      continue;
    }
    let to = from + 1, record: string[] | null = null;
    for (; to <= lines.length; to++) {
      // A line break at the end, as in the whole text, unless this is where the text ends. Those before it are data of quoted
      // fields, of which @std/csv would make LF.
      const piece = lines.slice(from, to).join("\n").replaceAll("\r\n", `${HELD_CR}\n`) +
        (to < lines.length || text.endsWith("\n") ? "\n" : "");
      try {
        // It takes one byte order mark off; a second one is data.
        record = parse(`\ufeff${piece}`)[0].map((field) => field.replaceAll(HELD_CR, "\r"));
        break;
      } catch {
        // Not a record yet, or never one.
      }
    }
    yield { line: from + 1, record };
    if (record === null) return;
    from = to;
  }
}
