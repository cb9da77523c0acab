/** What the options of tables reach: every table, CSV and Parquet alike, on the command line, in configuration files and in the library. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { readDrop, type ReadOptions } from "../../../lib/io/drop_reader.ts";
import { readAssignments } from "../../../lib/io/tables/results/assignments_reader.ts";
import { divvy, INPUTS, SMALL_DROP, TempFolder, writeDrop } from "../../support/cli.ts";
import { latin1 } from "../../support/latin1.ts";

/** A table of the small drop as Parquet, its columns under other names. */
function parquet(name: keyof typeof SMALL_DROP, names: Record<string, string>): Uint8Array {
  const [header, ...rows] = SMALL_DROP[name].trimEnd().split("\n").map((row) => row.split(","));
  return new Uint8Array(parquetWriteBuffer({
    columnData: header.map((column, i) => ({
      name: names[column] ?? column,
      data: rows.map((row) => row[i]),
      type: "STRING" as const,
    })),
  }));
}

const NAMES = {
  user_id: "Customer",
  contract_address: "Offer",
  score: "Points",
  cap_face: "Cap",
  group_id: "Market",
  sponsorship_ratio: "Least share",
};

function sources(folder: TempFolder, ending = "csv") {
  const file = (name: string) => `${folder.path}/${name}.${ending}`;
  return {
    caps: file("caps"),
    elig: file("elig"),
    userGroups: file("user_groups"),
    groupRatios: file("group_ratios"),
  };
}

Deno.test("columns by other names in Parquet are read as in CSV", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  for (const name of Object.keys(SMALL_DROP) as (keyof typeof SMALL_DROP)[]) {
    folder.write(name.replace(".csv", ".parquet"), parquet(name, NAMES));
  }
  const drop = await readDrop(sources(folder, "parquet"), { columns: NAMES });
  assertEquals(drop.instance, (await readDrop(sources(folder))).instance);
  const error = await assertRejects(() => readDrop(sources(folder, "parquet")), InputError);
  assert(error.message.includes("missing columns contract_address, cap_face"), error.message);
  const columns = Object.entries(NAMES).map(([ours, theirs]) => `${ours}=${theirs}`).join(",");
  const inputs = INPUTS.map((arg) => arg.replace(".csv", ".parquet"));
  const run = await divvy(["allocate", ...inputs, "--columns", columns, "--out", "out.csv"], {
    cwd: folder.path,
  });
  assertEquals(run.code, 0, run.stderr);
});

Deno.test("texts with decimal commas are numbers in JSON too", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const [, ...rows] = SMALL_DROP["elig.csv"].trimEnd().split("\n").map((row) => row.split(","));
  const objects = rows.map(([user_id, contract_address, score]) => ({
    ...{ user_id, contract_address, score: score.replace(".", ",") },
  }));
  const elig = `${folder.path}/elig.jsonl`;
  folder.write("elig.jsonl", objects.map((object) => JSON.stringify(object) + "\n").join(""));
  const drop = await readDrop({ ...sources(folder), elig }, { decimal: "," });
  assertEquals(drop.instance, (await readDrop(sources(folder))).instance);
});

Deno.test("texts with decimal commas are numbers in Parquet too, with and without an engine", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const plain = await readDrop(sources(folder));
  // An id with a comma stays as it is, and a text with a point is the number that it was.
  const odd = (text: string) => text.replaceAll("ann", '"ann,1"').replace(/0\.(?=\d)/, ".");
  for (const name of Object.keys(SMALL_DROP) as (keyof typeof SMALL_DROP)[]) {
    const [header, ...rows] = odd(SMALL_DROP[name]).trimEnd().split("\n");
    const columns = header.split(",");
    const cells = rows.map((row) => row.match(/"[^"]*"|[^,]+/g)!);
    const isNumber = (column: string) => /score|cap_face|ratio/.test(column);
    folder.write(
      name.replace(".csv", ".parquet"),
      new Uint8Array(parquetWriteBuffer({
        columnData: columns.map((column, at) => ({
          name: column,
          data: cells.map((row, i) => {
            const text = row[at].replaceAll('"', "");
            return isNumber(column) && i !== 1 ? text.replace(".", ",") : text;
          }),
          type: "STRING" as const,
        })),
      })),
    );
  }
  const read = await readDrop(sources(folder, "parquet"), { decimal: "," });
  assertEquals(read.instance.score, plain.instance.score);
  assertEquals(read.instance.ratio, plain.instance.ratio);
  assertEquals(read.instance.users.toArray().includes("ann,1"), true);
  const inputs = [...INPUTS.map((arg) => arg.replace(".csv", ".parquet")), "--decimal", ","];
  for (const engine of [[], ["--engine", "duckdb"]]) {
    const args = ["allocate", ...inputs, "--out", "o.csv", "--summary", "s.json", ...engine];
    const run = await divvy(args, { cwd: folder.path, permissions: ["--allow-all"] });
    assertEquals(run.code, 0, run.stderr);
  }
  const error = await assertRejects(() => readDrop(sources(folder, "parquet")), InputError);
  assert(error.message.includes('(decimal: "," reads decimal commas)'), error.message);
});

Deno.test("assignments in another encoding, with other separators and names", async () => {
  await using folder = new TempFolder();
  const named = Object.fromEntries(
    Object.entries(SMALL_DROP).map((
      [name, text],
    ) => [name, latin1(text.replaceAll("ann", "Renée"))]),
  );
  writeDrop(folder, named);
  const run = await divvy(["allocate", ...INPUTS, "--encoding", "latin1", "--out", "ours.csv"], {
    cwd: folder.path,
  });
  assertEquals(run.code, 0, run.stderr);
  const theirs = folder.read("ours.csv").replaceAll(",", ";").replaceAll(".", ",")
    .replace("user_id", "Käufer").replace("\n", "\n;;;;;\n");
  folder.write("theirs.csv", latin1(theirs));
  const said = ["--encoding", "latin1", "--decimal", ",", "--columns", "user_id=Käufer"];
  for (const assign of ["ours.csv", "theirs.csv"]) {
    const check = await divvy(["check", ...INPUTS, ...said, "--assign", assign, "--json"], {
      cwd: folder.path,
    });
    assertEquals(check.code, 0, check.stderr + check.stdout);
    assertEquals(JSON.parse(check.stdout).blank_rows, assign === "ours.csv" ? 0 : 1);
    const note = `${assign}: 1 row of separators only left out`;
    assertEquals(check.stderr.includes(note), assign === "theirs.csv", check.stderr);
  }
  const error = await assertRejects(
    () =>
      readAssignments(`${folder.path}/theirs.csv`, { dialect: { columns: { user_id: "Käufer" } } }),
    InputError,
  );
  assert(error.message.includes('encoding: "latin1"'), error.message);
});

Deno.test("columns of the path, in tables of any dialect and under any name", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const plain = await readDrop(sources(folder));
  const [header, ...rows] = SMALL_DROP["elig.csv"].trimEnd().split("\n");
  const contracts = new Set(rows.map((row) => row.split(",")[1]));
  const without = (text: string) => text.split(",").filter((_, i) => i !== 1).join(";");
  for (const contract of contracts) {
    const own = rows.filter((row) => row.split(",")[1] === contract).map(without);
    Deno.mkdirSync(`${folder.path}/by/Offer=${contract}`, { recursive: true });
    folder.write(`by/Offer=${contract}/part.csv`, [without(header), ";", ...own, ""].join("\n"));
  }
  const elig = `${folder.path}/by`, columns = { contract_address: "Offer" };
  for (const workers of [1, 2]) {
    const drop = await readDrop({ ...sources(folder), elig }, { columns, workers });
    assertEquals(drop.instance, plain.instance);
    assertEquals(drop.input.elig.blank_rows, contracts.size);
  }
  await assertRejects(() => readDrop({ ...sources(folder), elig }), InputError, "contract_address");
});

Deno.test("limits on the command line, in configuration files and in the library", async () => {
  await using folder = new TempFolder();
  const long = "x".repeat(3000);
  const elig = `${SMALL_DROP["elig.csv"]}ann,${long},1\n`;
  writeDrop(folder, { ...SMALL_DROP, "elig.csv": elig });
  const lines = elig.trimEnd().split("\n").length;
  const read = (limits: ReadOptions["limits"]) => readDrop(sources(folder), { limits });
  const message = (what: string, name: string) =>
    `elig.csv:${lines}: ${what} is longer than 2 KiB, the limit (limits.${name} raises it)`;
  const cases: [string, ReadOptions["limits"], string][] = [
    ["line", { line: 2048 }, message("the line", "line")],
    ["field", { field: 2048 }, message("field 2", "field")],
    [
      "table",
      { table: 20 },
      "caps.csv: the table is larger than 20 bytes, the limit (limits.table raises it)",
    ],
  ];
  for (const [name, limits, expected] of cases) {
    const error = await assertRejects(() => read(limits), InputError);
    assertEquals(error.message.replace(`${folder.path}/`, ""), expected);
    const size = Object.values(limits!)[0]! / 2 ** 20;
    folder.write("divvy.json", JSON.stringify({ [`max_${name}`]: size }));
    for (const given of [[`--max-${name}`, String(size)], ["--config", "divvy.json"]]) {
      const run = await divvy(["allocate", ...INPUTS, ...given, "--out", "out.csv"], {
        cwd: folder.path,
      });
      const flag = expected.replace(`limits.${name}`, `--max-${name}`);
      assertEquals([run.code, run.stderr.trimEnd().split("\n").at(-1)], [1, `divvy: ${flag}`]);
    }
  }
  assertEquals((await read({ line: 4096, inflated: null })).input.elig.rows, lines - 1);
  for (const limits of [{ line: 0 }, { field: 2 ** 40 }, { rows: 3 }, 7]) {
    await assertRejects(() => read(limits as ReadOptions["limits"]), UsageError);
  }
});
