/** Tables in odd dialects against an independent reader, Python's csv: the same rows on the same lines. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { fileURLToPath } from "node:url";
import { readRows } from "../../lib/io/tables/rows/read_rows.ts";
import { readTable } from "../../lib/io/tables/rows/table.ts";
import { trimField } from "../../lib/io/csv/trim_field.ts";
import { TempFolder } from "../support/cli.ts";
import { oddTable } from "./odd_table.ts";
import { tried } from "../support/effort.ts";

const WANTED = ["user_id", "group_id"];
const SCRIPT = fileURLToPath(new URL("../support/read_odd_tables.py", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A Python, whichever there is: the csv module comes with it. */
function anyPython(): string | null {
  for (const python of [`${ROOT}.venv/bin/python`, "python3"]) {
    try {
      const { success } = new Deno.Command(python, { args: ["-c", ""], stderr: "null" })
        .outputSync();
      if (success) return python;
    } catch { /* Not there. */ }
  }
  return null;
}

const python = anyPython();
/** A slice; seeds that once showed a fault come first. */
const SEEDS = Array.from({ length: tried(500, 1500) }, (_, i) => 1 + i);

/** Rows read record by record, as large tables are. */
async function streamed(path: string, options: Parameters<typeof readRows>[3]) {
  const rows: (string | number)[][] = [];
  await readRows(path, WANTED, {
    addRecords(scanner, { columns, index }) {
      while (scanner.next()) {
        if (scanner.empty) continue;
        assertEquals(scanner.fields, columns);
        for (const field of index) trimField(scanner, field);
        rows.push([scanner.line, scanner.text(index[0]), scanner.text(index[1])]);
      }
    },
    addParquet: () => Promise.reject(new Error("no table is Parquet")),
  }, options);
  return rows;
}

Deno.test({
  name: "tables in odd dialects have the rows and lines that Python's csv reads",
  ignore: python === null,
  async fn() {
    await using folder = new TempFolder();
    const tables = SEEDS.map((seed) => ({ seed, ...oddTable(seed) }));
    const list = tables.map(({ seed, bytes, python }) => ({
      path: `${folder.path}/${folder.write(`${seed}.csv`, bytes)}`,
      ...python,
    }));
    const child = new Deno.Command(python!, {
      args: [SCRIPT],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await new Blob([JSON.stringify(list)]).stream().pipeTo(child.stdin);
    const { success, stdout, stderr } = await child.output();
    assert(success, new TextDecoder().decode(stderr));
    const expected = JSON.parse(new TextDecoder().decode(stdout)) as (string | number)[][][];
    let rows = 0;
    for (const [i, { seed, options }] of tables.entries()) {
      const { path } = list[i];
      assertEquals(
        await streamed(path, { dialect: options }),
        expected[i],
        `seed ${seed}, streamed`,
      );
      const table = await readTable(path, WANTED, [], { dialect: options });
      const whole = table.rows.map(({ line, fields }) => [line, ...fields]);
      assertEquals(whole, expected[i], `seed ${seed}, read whole`);
      rows += whole.length;
    }
    assert(rows > tried(1666, 5000), `${rows} rows`);
  },
});
