import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { FetchedFiles } from "../../../lib/engine/duckdb/fetched_files.ts";
import { inputFiles } from "../../../lib/engine/duckdb/input_files.ts";
import { DuckDbStore } from "../../../lib/engine/duckdb/store.ts";
import { inputTables, PAIR_COLUMNS } from "../../../lib/engine/sql/files/file_drop.ts";
import { HISTORY_OPTIONAL } from "../../../lib/io/csv/history_columns.ts";
import type { DialectOptions } from "../../../lib/io/csv/dialect_options.ts";
import { parseNumberText } from "../../../lib/io/bytes/parse_number.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { readTable } from "../../../lib/io/tables/rows/table.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { latin1 } from "../../support/latin1.ts";

const TABLES = {
  "caps.csv": "contract_address,cap_face,is_sponsored\nc1,9,1\nc2,9,0\n",
  "group_ratios.csv": "group_id,sponsorship_ratio\ng,0\n",
};

/** Users of the cases below, those that only one of them has too. */
const USERS = [
  "u1",
  "u2",
  "'u1'",
  "#u",
  "u|1;x",
  'u"1',
  "u\\",
  "ué",
  "u\n1",
  "u\r\n1",
  "u\r1",
  "u😀",
  "u\x80",
  "u€",
];

const HEAD = "user_id,contract_address,score\n";

/** Text in UTF-16, with a byte order mark. */
function utf16(text: string, bigEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  `\ufeff${text}`.split("").forEach((unit, i) =>
    view.setUint16(2 * i, unit.charCodeAt(0), !bigEndian)
  );
  return new Uint8Array(view.buffer);
}

/** Text in gzip, and more bytes behind it. */
async function gzip(text: string, behind = 0): Promise<Uint8Array> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const all = new Uint8Array(bytes.length + behind);
  all.set(bytes);
  return all;
}

/** What one machine reads from a file of pairs, however it is written, DuckDB reads too. */
const CASES: readonly (readonly [name: string, text: string | Uint8Array, DialectOptions?])[] = [
  ["plain", `${HEAD}u1,c1,0.5\nu2,c2,1\n`],
  ["single quotes, which are no quotes", `${HEAD}'u1',c1,0.5\nu1,c1,1\n'u1',c2,1\n`],
  ["ids with the signs of comments and separators", `${HEAD}#u,c1,0.5\nu|1;x,c2,1\n`],
  ["quotes and backslashes", `${HEAD}"u""1",c1,0.5\n"u\\",c2,1\n"u\n1",c1,2\n`],
  ["blank lines before the header and between rows", `\n\n${HEAD}\nu1,c1,0.5\n,,\n\nu2,c2,1\n`],
  ["a byte order mark, CRLF", `\ufeff${HEAD}u1,c1,0.5\nu2,c2,1\n`.replaceAll("\n", "\r\n")],
  ["lines that end in CR", `${HEAD}u1,c1,0.5\nu2,c2,1\n`.replaceAll("\n", "\r")],
  ["semicolons, found by the header", `${HEAD}u1,c1,0.5\nu2,c2,1\n`.replaceAll(",", ";")],
  ["Excel's separator line", `sep=;\n${`${HEAD}u1,c1,0.5\n`.replaceAll(",", ";")}`],
  ["a separator that is named", `${HEAD}u1,c1,0.5\n`.replaceAll(",", ":"), { separator: ":" }],
  [
    "decimal commas",
    "user_id;contract_address;score\nu1;c1;0,5\nu2;c2;1\n",
    { decimal: ",", separator: ";" },
  ],
  [
    "decimal points under --decimal , where commas separate fields",
    `${HEAD}u1,c1,0.5\nu2,c2,"1,5"\n`,
    { decimal: "," },
  ],
  [
    "columns of other names, one of which another column has",
    " Customer ,contract_address,user_id,Points\nu1,c1,x,0.5\nu2,c2,y,1\n",
    { columns: { user_id: "Customer", score: "Points" } },
  ],
  ["names that differ by capital letters", `USER_ID,${HEAD}x,u1,c1,0.5\n`],
  ["latin1", latin1(`${HEAD}u\xe9,c1,0.5\n`), { encoding: "latin1" }],
  ["latin1, signs of control", latin1(`${HEAD}u\x80,c1,0.5\n`), { encoding: "latin1" }],
  ["Windows-1252", latin1(`${HEAD}u\x80,c1,0.5\n`), { encoding: "windows-1252" }],
  ["UTF-16", utf16(`${HEAD}ué,c1,0.5\nu😀,c1,1\n`, false)],
  ["UTF-16, the high byte first", utf16(`${HEAD}ué,c1,0.5\n`, true)],
  ["CRLF inside quotes", `${HEAD}"u\r\n1",c1,0.5\n`],
  ["CR inside quotes", `${HEAD}"u\r1",c1,0.5\n`],
  ["LF inside quotes, CRLF behind rows", `${HEAD.trim()}\r\n"u\n1",c1,0.5\r\n`],
  ["lines that end in LF and in CRLF", `${HEAD}u1,c1,0.5\r\nu2,c2,1\n`],
  ["lines of blanks", `${HEAD}   \nu1,c1,0.5\n\t\nu2,c2,1\n`],
  ["rows of too few and too many separators", `${HEAD},\nu1,c1,0.5\n,,,,\nu2,c2,1\n`],
  ["rows of blanks that are no ASCII", `${HEAD}\u00a0,\u3000,\u00a0\nu1,c1,0.5\n\u00a0\n`],
  ["a row of 3 MB", `x,${HEAD}${"x".repeat(3e6)},u1,c1,0.5\ny,u2,c2,1\n`],
  ["gzip", await gzip(`${HEAD}u1,c1,0.5\n`)],
  ["gzip, filled up with NULs", await gzip(`${HEAD}u1,c1,0.5\n`, 512)],
  ["JSON Lines", `{"user_id":"u1","contract_address":"c1","score":0.5}\n{}\n`],
  ["JSON", `[{"score":5e-1,"user_id":"u\\n1","contract_address":"c1"}]`],
  [
    "columns that swap their names",
    "contract_address,user_id,score\nu1,c1,0.5\n",
    { columns: { user_id: "contract_address", contract_address: "user_id" } },
  ],
];

/** Writes a drop, its pairs as given. */
async function writeDrop(
  folder: string,
  elig: string | Uint8Array,
  name: string,
  { encoding }: DialectOptions = {},
) {
  for (const [file, text] of Object.entries(TABLES)) {
    await Deno.writeTextFile(`${folder}/${file}`, text);
  }
  // A file for an encoding holds what that can hold.
  const most = encoding === undefined ? Infinity : 0xff;
  const users = USERS.filter((id) => id.charCodeAt(1) <= most || id.length === 1)
    .map((id) => `"${id.replaceAll('"', '""')}",g\n`).join("");
  const groups = `user_id,group_id\n${users}`;
  await Deno.writeFile(
    `${folder}/user_groups.csv`,
    encoding === undefined ? new TextEncoder().encode(groups) : latin1(groups),
  );
  await Deno.writeFile(
    `${folder}/${name}`,
    typeof elig === "string" ? new TextEncoder().encode(elig) : elig,
  );
  return {
    caps: `${folder}/caps.csv`,
    groupRatios: `${folder}/group_ratios.csv`,
    userGroups: `${folder}/user_groups.csv`,
    elig: `${folder}/${name}`,
  };
}

/** The pairs that one machine reads, as sorted rows. */
async function readLocally(
  files: Awaited<ReturnType<typeof writeDrop>>,
  dialect: DialectOptions,
): Promise<string[]> {
  const { instance } = await readDrop(files, { duplicates: "largest", ...dialect });
  const { users, contracts, start, contract, score } = instance;
  return users.toArray().flatMap((user, u) =>
    Array.from({ length: start[u + 1] - start[u] }, (_, i) => start[u] + i)
      .map((p) => JSON.stringify([user, contracts[contract[p]], score[p]]))
  ).sort();
}

/** The pairs that DuckDB reads, as sorted rows; blank ones left out. */
async function readThere(store: DuckDbStore, elig: string, dialect: DialectOptions) {
  const files = await inputFiles(store, elig, PAIR_COLUMNS, {
    fetched: new FetchedFiles(`${store.path}-copies`),
    dialect,
  });
  const { pairs } = inputTables(store.dialect, files, { source: "", columns: new Map() });
  const rows = await store.rowsOverAll(
    `SELECT user_id, contract_address, score FROM ${pairs} WHERE user_id IS NOT NULL`,
    {},
  );
  return rows.map(([user, contract, score]) => JSON.stringify([user, contract, Number(score)]))
    .sort();
}

/** A database in a folder. */
const opened = (folder: string) =>
  DuckDbStore.open(`${folder}/run.duckdb`, { memory: "500MB", threads: 1, spill: folder });

Deno.test("DuckDB: files of CSV are read as one machine reads them, however they are written", (t) =>
  withFolder(async (folder) => {
    const store = await opened(folder);
    for (const [name, text, dialect = {}] of CASES) {
      await t.step(name, async () => {
        const files = await writeDrop(folder, text, "elig.csv", dialect);
        const there = await readThere(store, files.elig, dialect);
        assertEquals(there, await readLocally(files, dialect));
        assert(there.length > 0);
      });
    }
    store.close();
  }));

Deno.test("DuckDB: a row of CSV that can't be read is named by file and line, as on one machine", (t) =>
  withFolder(async (folder) => {
    const store = await opened(folder);
    for (
      const [name, text, said] of [
        [
          "too few fields",
          `${HEAD}u1,c1,0.5\nu2,c2\n`,
          /elig\.csv:3: the row has 2 fields, expected 3$/,
        ],
        ["too many", `${HEAD}u1,c1,0.5,x\n`, /elig\.csv:2: the row has 4 fields, expected 3$/],
        ["an open quote", `${HEAD}u1,c1,0.5\n"u2,c2,1\n`, /elig\.csv:3: .*no closing quote$/],
        [
          "a column twice",
          `user_id,${HEAD}u,u,c1,1\n`,
          /elig\.csv:1: the header has user_id twice/,
        ],
        [
          "text after a quoted name",
          `"user_id" ,contract_address,score\nu1,c1,0.5\n`,
          /elig\.csv:1: a quoted field has more text after its closing quote$/,
        ],
        [
          "a byte order mark alone",
          "\ufeff",
          /elig\.csv: the file is empty, expected columns user_id/,
        ],
        ["nothing", "", /elig\.csv: the file is empty, expected columns user_id, contract_a/],
        ["a quote inside an id", `${HEAD}u1,c1,1\nu"1,c1,1\n`, /elig\.csv:3: a field has a quote/],
        ["blanks around quotes", `${HEAD}"u1" ,c1,1\n`, /elig\.csv:2: .*after its closing quote$/],
        ["a separator too many", `${HEAD}u1,c1,1,\n`, /elig\.csv:2: the row has 4 fields/],
        [
          "bytes that are not UTF-8, in a column that nobody reads",
          latin1(`x,${HEAD}a,u1,c1,0.5\n\xe9,u2,c2,1\n`),
          /elig\.csv:3: character 1 is byte 0xE9, expected UTF-8/,
        ],
        [
          "half of a character in UTF-16",
          utf16(`${HEAD}u\ud800,c1,0.5\n`, false),
          /elig\.csv:2: column 2 is no character of utf-16le$/,
        ],
        [
          "JSON that has a name twice",
          `{"user_id":"u1","contract_address":"c1","score":1,"score":2}\n`,
          /elig\.csv:1: no JSON at character \d+: has "score" twice$/,
        ],
        ["no table", "hello\n", /elig\.csv:1: missing columns user_id, contract_address, score/],
      ] as const
    ) {
      await t.step(name, async () => {
        const files = await writeDrop(folder, text, "elig.csv");
        const error = await assertRejects(() => readThere(store, files.elig, {}), InputError);
        assert(said.test(error.message), error.message);
        const local = await assertRejects(() => readLocally(files, {}), InputError);
        assertEquals(error.message, local.message);
      });
    }
    store.close();
  }));

Deno.test("DuckDB: files of CSV in a folder may have their columns in any order, and be compressed", () =>
  withFolder(async (folder) => {
    const store = await opened(folder);
    await Deno.mkdir(`${folder}/elig`);
    await writeDrop(folder, `${HEAD}u1,c1,0.5\n`, "elig/a.csv");
    await writeDrop(folder, "score;user_id;contract_address;more\n1;u2;c2;x\n", "elig/b.csv");
    const text = new Blob([`${HEAD}u2,c1,2\n`]).stream().pipeThrough(new CompressionStream("gzip"));
    const zipped = new Uint8Array(await new Response(text).arrayBuffer());
    const files = await writeDrop(folder, zipped, "elig/c.csv");
    const elig = `${folder}/elig`;
    const there = await readThere(store, elig, {});
    assertEquals(there, await readLocally({ ...files, elig }, {}));
    assertEquals(there.length, 3);
    store.close();
  }));

Deno.test("DuckDB: of a folder no file is passed over, whatever it holds", () =>
  withFolder(async (folder) => {
    const store = await opened(folder), elig = `${folder}/elig`;
    await Deno.mkdir(elig);
    const files = await writeDrop(folder, `${HEAD}u1,c1,0.5\n`, "elig/a.csv");
    const object = { user_id: "u2", contract_address: "c2", score: 1 };
    await Deno.writeTextFile(`${elig}/b.jsonl`, `${JSON.stringify(object)}\n`);
    const there = await readThere(store, elig, {});
    assertEquals(there, await readLocally({ ...files, elig }, {}));
    assertEquals(there.length, 2);
    await Deno.writeTextFile(`${elig}/README.txt`, "What the files are.\n");
    const error = await assertRejects(() => readThere(store, elig, {}), InputError);
    const local = await assertRejects(() => readLocally({ ...files, elig }, {}), InputError);
    assertEquals(error.message, local.message);
    store.close();
  }));

Deno.test("DuckDB: decimals of more than 38 digits, which it reads wrong, are refused where they are used", () =>
  withFolder(async (folder) => {
    const store = await opened(folder);
    const elig = fileURLToPath(
      new URL("../../fixtures/parquet_kinds/scores_decimal_50.parquet", import.meta.url),
    );
    const error = await assertRejects(() => readThere(store, elig, {}), InputError);
    assertEquals(
      error.message,
      `${elig}: score is of type DECIMAL(50,1) (more than 38 digits), which DuckDB reads wrong, expected another type of numbers`,
    );
    // As an id it is refused as other decimals are that can be none.
    const columns = { user_id: "score", score: "other" };
    const control = { fetched: new FetchedFiles(folder), dialect: { columns } };
    await assertRejects(
      () => inputFiles(store, elig, PAIR_COLUMNS, control),
      InputError,
      "is of type DECIMAL(50, 1), expected text, integers",
    );
    store.close();
  }));

Deno.test("DuckDB: an encoding that it does not read is refused by file and column, where it is used", () =>
  withFolder(async (folder) => {
    const store = await opened(folder);
    const elig = fileURLToPath(
      new URL("../../fixtures/parquet_kinds/numbers_byte_stream_split_1.parquet", import.meta.url),
    );
    const error = await assertRejects(() => readThere(store, elig, {}), InputError);
    assertEquals(
      error.message,
      `${elig}: contract_address (INT32) is encoded by BYTE_STREAM_SPLIT, which DuckDB reads of floats only, expected another encoding (without --engine it can be read)`,
    );
    const { columns } = await inputFiles(store, elig, ["score"], {
      fetched: new FetchedFiles(folder),
    });
    assertEquals(columns.get("score"), "DOUBLE");
    store.close();
  }));

/** Bytes as LZ4 in the form of before LZ4_RAW: both sizes, and a block of nothing but literals. */
function oldLz4(bytes: Uint8Array): Uint8Array {
  const more: number[] = [];
  for (let left = bytes.length - 15; left >= 0; left -= 255) more.push(Math.min(255, left));
  const head = new DataView(new ArrayBuffer(8)), token = Math.min(15, bytes.length) << 4;
  head.setUint32(0, bytes.length);
  head.setUint32(4, 1 + more.length + bytes.length);
  return Uint8Array.of(...new Uint8Array(head.buffer), token, ...more, ...bytes);
}

Deno.test("DuckDB: a compression that it does not read is refused by file and column, where it is used", () =>
  withFolder(async (folder) => {
    const store = await opened(folder), elig = `${folder}/elig.parquet`;
    const columnData = ["user_id", "contract_address", "note"].map((name) => ({
      name,
      data: ["a", "b"],
      type: "STRING" as const,
      ...(name !== "user_id" && { codec: "LZ4" as const }),
    }));
    const score = { name: "score", data: [1, 2], type: "DOUBLE" as const };
    const compressors = { LZ4: oldLz4 };
    await Deno.writeFile(
      elig,
      new Uint8Array(parquetWriteBuffer({ columnData: [...columnData, score], compressors })),
    );
    const find = (wanted: readonly string[]) =>
      inputFiles(store, elig, wanted, { fetched: new FetchedFiles(folder) });
    const { message } = await assertRejects(() => find(PAIR_COLUMNS), InputError);
    assertEquals(
      message,
      `${elig}: contract_address (BYTE_ARRAY) is compressed by LZ4 in its old form, which DuckDB does not read, expected another compression (without --engine it can be read)`,
    );
    assertEquals((await find(["user_id", "score"])).columns.get("score"), "DOUBLE");
    // One machine reads what it was made of.
    const { rows } = await readTable(elig, ["user_id", "contract_address"]);
    assertEquals(rows.map(({ fields }) => fields), [["a", "a"], ["b", "b"]]);
    store.close();
  }));

Deno.test("DuckDB: columns that paths give are there whether files are written alike or not", () =>
  withFolder(async (folder) => {
    const store = await opened(folder), head = "user_id,contract_address\n";
    const zipped = new Blob([`${head}u2,c2\n`]).stream().pipeThrough(new CompressionStream("gzip"));
    for (
      const [day, text] of [
        ["2025-08-14", `${head}u1,c1\n`],
        ["2025-08-21", new Uint8Array(await new Response(zipped).arrayBuffer())],
        ["2025-08-28", "contract_address;user_id\nc3;u3\n"],
      ] as const
    ) {
      await Deno.mkdir(`${folder}/had/offered_at=${day}`, { recursive: true });
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      await Deno.writeFile(`${folder}/had/offered_at=${day}/had.csv`, bytes);
    }
    const wanted = ["user_id", "contract_address"];
    const control = { fetched: new FetchedFiles(`${folder}/copies`), optional: HISTORY_OPTIONAL };
    const { source } = await inputFiles(store, `${folder}/had`, wanted, control);
    assertEquals(
      await store.rowsOverAll(
        `SELECT user_id, contract_address, offered_at FROM ${source} ORDER BY user_id`,
        {},
      ),
      [["u1", "c1", "2025-08-14"], ["u2", "c2", "2025-08-21"], ["u3", "c3", "2025-08-28"]],
    );
    store.close();
  }));

Deno.test("DuckDB: what one machine takes for no number is none, and texts with a NUL are whole", () =>
  withFolder(async (folder) => {
    const store = await opened(folder), { dialect: sql } = store;
    const texts = [
      "1_000",
      "+-1",
      "-+1",
      "1,5",
      "0x10",
      "1e",
      "1d",
      "0.5%",
      "",
      "1e5",
      ".5",
      "5.",
      "+1",
      "-0",
    ];
    const asked = texts.map((text) => sql.numberOf(sql.text(text))).join(", ");
    const [found] = await store.rowsOverAll(`SELECT ${asked}`, {});
    const numbers = texts.map((text) => parseNumberText(text));
    assertEquals(found.map((cell) => cell === "" ? NaN : Number(cell)), numbers);
    assertEquals(numbers.filter(Number.isFinite).length, 5);
    const [same] = await store.rowsOverAll(
      `SELECT ${sql.text("\0u'\0\0")}, ${sql.text("u\0")}`,
      {},
    );
    assertEquals(same, ["\0u'\0\0", "u\0"]);
    store.close();
  }));
