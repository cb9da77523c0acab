/**
 * Parses the CSV that Divvy writes, on its way into other formats: each table has one writer, which makes CSV.
 *
 * @module
 */
import { joinedBytes } from "../../base/arrays/joined_bytes.ts";
import { closingQuote } from "../../base/text/closing_quote.ts";

const LF = 10, QUOTE = 34;

/** Takes plain CSV in pieces and returns its records, the header first. */
export class CsvRecords {
  #rest: Uint8Array = new Uint8Array(0);

  /** The records that are complete with these bytes and were not returned before. */
  take(bytes: Uint8Array): string[][] {
    const all = joinedBytes(this.#rest, bytes), end = endOfRecords(all);
    this.#rest = all.subarray(end);
    return recordsOf(new TextDecoder("utf-8", { ignoreBOM: true }).decode(all.subarray(0, end)));
  }
}

/** Index behind the last complete record; a line break in quotes does not end one. */
function endOfRecords(bytes: Uint8Array): number {
  if (!bytes.includes(QUOTE)) return bytes.lastIndexOf(LF) + 1;
  let end = 0, isQuoted = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === QUOTE) isQuoted = !isQuoted;
    else if (bytes[i] === LF && !isQuoted) end = i + 1;
  }
  return end;
}

function recordsOf(text: string): string[][] {
  if (!text.includes('"')) {
    return text.split("\n").slice(0, -1).map((line) => line.split(","));
  }
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; at < text.length; at++) {
    let field: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      let end = at;
      while (text[end] !== "," && text[end] !== "\n") end++;
      field = text.slice(at, end);
      at = end;
    }
    record.push(field);
    if (text[at] === "\n") {
      records.push(record);
      record = [];
    }
  }
  return records;
}
