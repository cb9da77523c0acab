import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { IdTable } from "../../../lib/base/ids/id_table.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import type { ByteReader } from "../../../lib/io/bytes/byte_reader.ts";
import { ELIG_COLUMNS, EligParser } from "../../../lib/io/elig/elig_parser.ts";
import { Block } from "../../../lib/io/csv/block.ts";
import { PlainRows } from "../../../lib/io/elig/plain_rows.ts";
import { scanCsv } from "../../../lib/io/csv/scan_csv.ts";
import { type ReferenceRow, referenceRows } from "../../support/reference_reader.ts";
import { rowsOf } from "../../support/pair_rows.ts";

const USERS = [
  "u1",
  "u2",
  "u,3",
  'q"4',
  "é5",
  "a longer user id",
  "NA",
  "001",
  "1",
  "日本",
  "x\ny",
];
const CONTRACTS = ["0xabcdef0123456789", "c1", "c,2", 'c"3"', "naïve", "null", "c\n4", "c\r\n4"];
const directory = {
  users: IdTable.from(USERS),
  known: IdTable.from(CONTRACTS),
  contractIndex: Uint32Array.from(CONTRACTS, (_, i) => i),
  contracts: CONTRACTS,
};

/** Gives bytes in small pieces of random size. */
function pieces(bytes: Uint8Array, random: Random): ByteReader {
  let at = 0;
  return {
    read(into) {
      const length = Math.min(bytes.length - at, into.length, 1 + random.below(200));
      into.set(bytes.subarray(at, at + length));
      at += length;
      return Promise.resolve(length);
    },
    close() {},
  };
}

async function readRows(text: string, random: Random) {
  let parser: EligParser | undefined;
  let faultLine: number | null = null;
  const bytes = pieces(new TextEncoder().encode(text), random);
  // With the block of WebAssembly's fast path, and without.
  const block = new Block(random.next() < 0.5 ? PlainRows.of(directory)!.bytes : undefined);
  try {
    await scanCsv(bytes, "elig.csv", ELIG_COLUMNS, {
      header: (layout) => parser = new EligParser(directory, "elig.csv", layout),
      records: (scanner) => parser!.records(scanner),
    }, block);
  } catch (error) {
    assert(error instanceof InputError, String(error));
    faultLine = error.line ?? -1;
  }
  const rows = (parser?.rows.chunks ?? []).flatMap(rowsOf).map(([user, contract, score]) => ({
    user: USERS[user],
    contract: CONTRACTS[contract],
    score,
  }));
  return { rows, faultLine, counted: parser?.leftOut.rows ?? 0 };
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random.below(values.length)];
}

const SPACES = ["", "", "", "", " ", "\t", "\u00a0", "  ", "\u3000", "\ufeff"];

/** A field as somebody might write it: quoted or not, padded, broken now and then. */
function fieldText(value: string, random: Random, broken: number): string {
  if (random.next() < broken) {
    return pick([
      `"${value}`,
      `${value}"`,
      `"${value}"x`,
      ` "${value}"`,
      "",
      "  ",
      `${value}\r`,
      `"${value}" `,
      `${value}\rz`,
      '""',
      '"""',
    ], random);
  }
  const padded = pick(SPACES, random) + value + pick(SPACES, random);
  if (/[",\n]/.test(padded) || random.next() < 0.15) {
    const quoted = `"${padded.replaceAll('"', '""')}"`;
    return random.next() < 0.3 ? quoted.replaceAll("\n", "\r\n") : quoted;
  }
  return padded;
}

function scoreText(random: Random): string {
  const n = random.next();
  return pick([
    () => n.toFixed(6),
    () => String(n),
    () => String(-n),
    () => String(n * 1e-9),
    () => n.toExponential(random.below(20)),
    () => "0",
    () => "+.5",
    () => "7.",
    () => "1e3",
    () => String(Math.floor(n * 1e17)),
    () => `${Math.floor(n * 1e9)}.${String(n).slice(2)}`,
    () => "-0.0",
  ], random)();
}

const BAD_SCORES = [
  "",
  "NaN",
  "inf",
  "-Infinity",
  "abc",
  "1,5",
  "0x1f",
  "1e999",
  "1 2",
  "1_0",
  "--1",
  "1e",
  ".",
];

function generatedFile(random: Random): string {
  const broken = random.next() < 0.5 ? 0 : 0.01;
  const names = [...ELIG_COLUMNS, ...["extra", "more"].slice(0, random.below(3))];
  for (let i = names.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [names[i], names[j]] = [names[j], names[i]];
  }
  const breaks = pick([["\n"], ["\r\n"], ["\n", "\r\n"]], random);
  const headerCells = names.map((name) =>
    random.next() < 0.2 ? `"${name}"` : ` ${name}`.slice(random.below(2))
  );
  let text = (random.next() < 0.2 ? "\ufeff" : "") + headerCells.join(",");
  const rows = random.below(30);
  for (let row = 0; row < rows; row++) {
    text += pick(breaks, random);
    if (random.next() < 0.05) text += pick([" ", "", "\t", '""'], random) + pick(breaks, random);
    const cells = names.map((name) => {
      if (name === "user_id") return fieldText(pick(USERS, random), random, broken);
      if (name === "contract_address") return fieldText(pick(CONTRACTS, random), random, broken);
      if (name !== "score") {
        return fieldText(pick(["", "x", "a,b", 'say "hi"', "1\n2"], random), random, 0);
      }
      const bad = random.next() < broken;
      return fieldText(bad ? pick(BAD_SCORES, random) : scoreText(random), random, broken);
    });
    if (random.next() < broken) cells.pop();
    if (random.next() < broken) cells.push("surplus");
    text += cells.join(",");
  }
  return text + pick(["", "\n", "\r\n", "\n\n \n", "\r"], random);
}

Deno.test("the byte reader and @std/csv agree on thousands of generated files, row by row and on the faulty line", async () => {
  const random = seededRandom(2024);
  let faults = 0, rows = 0;
  for (let file = 0; file < 4000; file++) {
    const text = generatedFile(random);
    const expected = referenceRows(text);
    const actual = await readRows(text, random);
    const plain = ({ user, contract, score }: Omit<ReferenceRow, "line">) => ({
      user,
      contract,
      score,
    });
    assertEquals(actual.faultLine, expected.faultLine, JSON.stringify(text));
    assertEquals(actual.counted, expected.rows.length, JSON.stringify(text));
    const known = expected.rows.map(plain)
      .filter(({ user, contract }) => USERS.includes(user) && CONTRACTS.includes(contract));
    assertEquals(actual.rows, known, JSON.stringify(text));
    if (expected.faultLine !== null) faults++;
    rows += expected.rows.length;
  }
  assert(faults > 500 && rows > 20_000, `${faults} faults, ${rows} rows`);
});

Deno.test("records longer than a block, and blocks that end anywhere", async () => {
  const long = "y".repeat(3_000_000);
  const text =
    `user_id,contract_address,score,note\nu1,c1,1,"${long}\n${long}"\nu2,c1,2,${long}\nu1,c1,x,\n`;
  const random = seededRandom(1);
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  let parser: EligParser;
  let message = "";
  try {
    await scanCsv(
      {
        read(into) {
          const length = Math.min(into.length, bytes.length - at, 1 + random.below(500_000));
          into.set(bytes.subarray(at, at += length));
          return Promise.resolve(length);
        },
        close() {},
      },
      "elig.csv",
      ELIG_COLUMNS,
      {
        header: (layout) => parser = new EligParser(directory, "elig.csv", layout),
        records: (scanner) => parser.records(scanner),
      },
    );
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(parser!.rows.chunks[0].score.slice(0, 2), Float64Array.of(1, 2));
  assertEquals(message, 'elig.csv:5: score is "x", expected a finite number');
});

Deno.test("ids with commas in them are not taken for the fields of a row without quotes", async () => {
  const contract = CONTRACTS[0], random = seededRandom(3);
  const ids = { users: IdTable.from(["u1", "u,1"]), known: IdTable.from([contract, "0xab,cd"]) };
  const fieldsFault = async (rows: string) => {
    let parser: EligParser | undefined;
    const text = `user_id,contract_address,score\n${rows}`;
    try {
      await scanCsv(pieces(new TextEncoder().encode(text), random), "elig.csv", ELIG_COLUMNS, {
        header: (layout) =>
          parser = new EligParser(
            { ...ids, contractIndex: Uint32Array.of(0, 1), contracts: { length: 2 } },
            "elig.csv",
            layout,
          ),
        records: (scanner) => parser!.records(scanner),
      });
    } catch (error) {
      return (error as Error).message;
    }
    return parser!.rows.chunks.map((chunk) => chunk.length).join();
  };
  const fault = (line: number) => `elig.csv:${line}: the row has 4 fields, expected 3`;
  assertEquals(await fieldsFault('u1,"0xab,cd",1\nu1,"0xab,cd",1\nu1,0xab,cd,1\n'), fault(4));
  assertEquals(
    await fieldsFault(`u1,${contract},1\n"u,1",${contract},1\nu,1,${contract},1\n`),
    fault(4),
  );
  assertEquals(await fieldsFault(`u1,${contract},1\nu1,${contract},"1"\nu1,"0xab,cd",1\n`), "3");
});
