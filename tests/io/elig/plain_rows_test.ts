import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { NO_CAP } from "../../../lib/allocator/drop/instance/directory.ts";
import { IdTable } from "../../../lib/base/ids/id_table.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { Block } from "../../../lib/io/csv/block.ts";
import { ELIG_COLUMNS, EligParser } from "../../../lib/io/elig/elig_parser.ts";
import { PlainRows } from "../../../lib/io/elig/plain_rows.ts";
import { scanCsv } from "../../../lib/io/csv/scan_csv.ts";
import {
  WASM_SOURCES,
  wasmFile,
  wasmModule,
  type WasmSource,
} from "../../../scripts/compile_wasm.ts";
import { rowsOf } from "../../support/pair_rows.ts";

// Ids of every length from 1 to 40: the fast path compares 16 bytes at a time.
const CONTRACTS = Array.from({ length: 40 }, (_, i) => "0x" + "abcdef0123".repeat(4).slice(0, i))
  .map((id, i) => i === 7 ? "c,7" : id);
const USERS = Array.from({ length: 60 }, (_, i) => "user-".repeat(7).slice(0, i % 36) + i);
const lookup = {
  users: IdTable.from(USERS),
  known: IdTable.from(CONTRACTS),
  contractIndex: Uint32Array.from(CONTRACTS, (_, i) => i === 3 ? NO_CAP : 39 - i),
  contracts: CONTRACTS,
};

const SCORES = ["0", "1", "0.5", "-0.25", "12", "0.000001", "123456789.012345", "5.", ".5", "-0"];
const ODD_SCORES = ["1e-3", "+2", "0.1234567890123456789", " 0.5", '"0.5"', "1234567890123456"];

/** Rows that are plain for the most part. */
function fileText(random: Random, rows: number, oddShare: number): string {
  const columns = random.below(3), odd = () => random.next() < oddShare;
  const of = <T>(values: readonly T[]) => values[random.below(values.length)];
  let text = ["user_id,contract_address,score", "note", "more"].slice(0, columns + 1).join(",");
  let user = USERS[0];
  for (let row = 0; row < rows; row++) {
    text += odd() ? "\r\n" : "\n";
    if (odd()) text += of(["", " ", "\n", "\r\n"]) + "\n";
    if (random.next() < 0.3) user = odd() ? of(["stranger", " padded ", '"u""1"']) : of(USERS);
    const contract = odd() ? of(["unknown", " 0xab ", '"c,7"']) : of(CONTRACTS);
    text += `${user},${contract === "c,7" ? '"c,7"' : contract},${of(odd() ? ODD_SCORES : SCORES)}`;
    for (let c = 0; c < columns; c++) text += "," + of(odd() ? ['"a\n,"', '""'] : ["", "x", "é y"]);
  }
  if (random.next() < 0.1) text += "\nu1,0x,nothing";
  return text + (random.next() < 0.5 ? "\n" : "");
}

/** Everything that comes of a file, and how many calls of the fast path had rows. */
async function outcome(text: string, plain: PlainRows | null) {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const reader = {
    read(into: Uint8Array) {
      const piece = bytes.subarray(at, at += into.length);
      into.set(piece);
      return Promise.resolve(piece.length);
    },
    close() {},
  };
  let parser: EligParser | undefined, fault = "";
  try {
    await scanCsv(reader, "elig.csv", ELIG_COLUMNS, {
      header: (layout) => parser = new EligParser(lookup, "elig.csv", layout),
      records: (scanner) => parser!.records(scanner),
    }, new Block(plain?.bytes));
  } catch (error) {
    fault = (error as Error).message;
  }
  const { unknownContracts, usersWithoutGroup, ...counts } = parser!.leftOut;
  return {
    fault,
    rows: parser!.rows.chunks.flatMap(rowsOf),
    counts,
    unknown: unknownContracts.pool.toArray(),
    without: usersWithoutGroup.pool.toArray(),
  };
}

Deno.test("the fast path reads what the general reader reads, faults and counts included", async () => {
  const plain = PlainRows.of(lookup);
  assert(plain !== null);
  const random = seededRandom(12);
  let faults = 0;
  for (let file = 0; file < 300; file++) {
    const text = fileText(random, random.below(200), [0, 0.01, 0.1][file % 3]);
    const expected = await outcome(text, null);
    assertEquals(await outcome(text, plain), expected, text);
    if (expected.fault !== "") faults++;
  }
  assert(faults > 10 && faults < 200, `${faults} faults`);
});

Deno.test("blocks and calls may end anywhere", async () => {
  const plain = PlainRows.of(lookup), random = seededRandom(4);
  // More rows to a block than are taken at once, and many blocks.
  for (
    const [text, rows] of [["1,0x,1\n", 400_000], [`${USERS[35]},0xab,0.5,n\r\n`, 60_000]] as const
  ) {
    const extra = text.includes("n\r") ? ",note" : "";
    const header = `user_id,contract_address,score${extra}\n${"\n".repeat(random.below(9))}`;
    const expected = await outcome(header + text.repeat(rows), null);
    assertEquals(expected.counts.rows, rows);
    assertEquals(await outcome(header + text.repeat(rows), plain), expected);
  }
});

Deno.test("of many contracts without capacity only the others take room", () => {
  const ids = Array.from({ length: 200_000 }, (_, i) => `contract${i}`);
  const contractIndex = new Uint32Array(ids.length).fill(NO_CAP);
  const given = [7, 150_000, 199_999];
  given.forEach((number, index) => contractIndex[number] = index);
  const plain = PlainRows.of({ known: IdTable.from(ids), contractIndex });
  assert(plain !== null);
  const text = given.map((number) => `u${number},contract${number},0.5\n`).join("");
  const bytes = new TextEncoder().encode(text + "u1,contract8,1\n\n");
  plain.bytes.set(bytes);
  assertEquals(plain.take(0, bytes.length, bytes.length, 3), text.length);
  assertEquals([plain.rows, plain.runs], [3, 3]);
  assertEquals(plain.contract.slice(0, 3), Uint32Array.of(0, 1, 2));
  assertEquals(plain.userTo[2] - plain.userFrom[2], "u199999".length);
  for (let other = 1000; other < 2000; other++) {
    const row = new TextEncoder().encode(`u1,contract${other},1\n\n`);
    plain.bytes.set(row);
    assertEquals(plain.take(0, row.length, row.length, 3), 0);
  }
});

Deno.test("contracts that end alike are as plain as others, and those that can't be are left to the general reader", () => {
  for (const ending of [":eth", "-of-the-same-market-as-all-others", ""]) {
    const ids = Array.from({ length: 20_000 }, (_, i) => `${i}`.padStart(5, "0") + ending);
    const contractIndex = Uint32Array.from(ids, (_, i) => i);
    const plain = PlainRows.of({ known: IdTable.from(ids), contractIndex })!;
    for (let from = 0; from < ids.length; from += 5000) {
      const some = ids.slice(from, from + 5000);
      const bytes = new TextEncoder().encode(some.map((id) => `u,${id},0.5\n`).join("") + "\n");
      plain.bytes.set(bytes);
      assertEquals(plain.take(0, bytes.length, bytes.length, 3), bytes.length - 1, ending);
      assertEquals([...plain.contract.slice(0, 3)], [from, from + 1, from + 2]);
    }
    // An id that is none, at a place where there are many.
    const row = new TextEncoder().encode(`u,x0000${ending},1\n\n`);
    plain.bytes.set(row);
    assertEquals(plain.take(0, row.length, row.length, 3), 0);
  }
});

Deno.test("the WebAssembly in the repository is what its source compiles to", async () => {
  for (const source of Object.keys(WASM_SOURCES) as WasmSource[]) {
    const kept = await Deno.readTextFile(wasmFile(source, "_wasm.ts"));
    assertEquals(kept, await wasmModule(source), source);
  }
});
