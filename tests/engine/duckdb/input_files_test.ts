import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { FetchedFiles } from "../../../lib/engine/duckdb/fetched_files.ts";
import { inputFiles } from "../../../lib/engine/duckdb/input_files.ts";
import { requireColumns } from "../../../lib/engine/sql/files/input_files.ts";
import { DuckDbStore } from "../../../lib/engine/duckdb/store.ts";
import { inputTables, PAIR_COLUMNS } from "../../../lib/engine/sql/files/file_drop.ts";
import type { DialectOptions } from "../../../lib/io/csv/dialect_options.ts";
import { parseNumberText } from "../../../lib/io/bytes/parse_number.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { withFolder } from "../../support/temp_folder.ts";

const TABLES = {
  "caps.csv": "contract_address,cap_face,is_sponsored\nc1,9,1\nc2,9,0\n",
  "group_ratios.csv": "group_id,sponsorship_ratio\ng,0\n",
};

/** Users of the cases below, those that only one of them has too. */
const USERS = ["u1", "u2", "'u1'", "#u", "u|1;x", 'u"1', "u\\", "ué", "u\n1"];

const HEAD = "user_id,contract_address,score\n";

/** Text in latin1. */
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

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
  [
    "UTF-16",
    new Uint8Array(Uint16Array.from(`\ufeff${HEAD}ué,c1,0.5\n`, (c) => c.charCodeAt(0)).buffer),
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
  const users = USERS.map((id) => `"${id.replaceAll('"', '""')}",g\n`).join("");
  const groups = `user_id,group_id\n${users}`;
  await Deno.writeFile(
    `${folder}/user_groups.csv`,
    encoding === "latin1" ? latin1(groups) : new TextEncoder().encode(groups),
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
    fetched: new FetchedFiles(""),
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
      ] as const
    ) {
      await t.step(name, async () => {
        const files = await writeDrop(folder, text, "elig.csv");
        const error = await assertRejects(() => readThere(store, files.elig, {}), InputError);
        assert(said.test(error.message), error.message);
        const local = await assertRejects(() => readLocally(files, {}), InputError);
        assert(said.test(local.message), local.message);
      });
    }
    store.close();
  }));

Deno.test("DuckDB: lines that end in more than one way are told, as it can't read them", () =>
  withFolder(async (folder) => {
    const store = await opened(folder), text = `${HEAD}u1,c1,0.5\nu2,c2,1\n`;
    const files = await writeDrop(folder, text.replace("\n", "\r\n"), "elig.csv");
    const error = await assertRejects(() => readThere(store, files.elig, {}), InputError);
    assertEquals(
      error.message,
      `${files.elig}: DuckDB can't tell its lines, expected lines that all end in LF, all in CRLF or all in CR`,
    );
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

Deno.test("DuckDB: decimals of more than 38 digits, which it reads wrong, are refused where they are used", () =>
  withFolder(async (folder) => {
    const store = await opened(folder);
    const elig = fileURLToPath(
      new URL("../../fixtures/parquet_kinds/scores_decimal_50.parquet", import.meta.url),
    );
    const error = await assertRejects(() => readThere(store, elig, {}), InputError);
    assertEquals(
      error.message,
      `${elig}: score is of type DECIMAL(50,1) (more than 38 digits), which DuckDB reads wrong, expected numbers`,
    );
    // As an id it is refused as other decimals are that can be none.
    const columns = { user_id: "score", score: "other" };
    const control = { fetched: new FetchedFiles(""), dialect: { columns } };
    const files = await inputFiles(store, elig, PAIR_COLUMNS, control);
    assertThrows(
      () => requireColumns(files, PAIR_COLUMNS),
      InputError,
      "user_id is of type DECIMAL",
    );
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
    const control = { fetched: new FetchedFiles("") };
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
