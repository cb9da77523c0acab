import { assertEquals, assertRejects } from "../../../../lib/deps/std_assert.ts";
import { InputError } from "../../../../lib/base/errors.ts";
import { readSplit } from "../../../../lib/io/documents/split/split_reader.ts";
import { writeTable } from "../../../../lib/io/tables/results/table_writer.ts";
import { withFolder } from "../../../support/temp_folder.ts";

const PEOPLE = "name,lower,upper,target,group\n007,1,3,2,red\nbob,2,,2.5,\n";
const GROUPS = "name,lower,upper\nred,0,1.5\n";

/** A table's rows as JSON objects; numbers as numbers, blanks as null. */
function objects(csv: string): Record<string, unknown>[] {
  const [names, ...rows] = csv.trimEnd().split("\n").map((line) => line.split(","));
  const value = (text: string) =>
    text === "" ? null : /^[1-9][\d.]*$|^0$/.test(text) ? Number(text) : text;
  return rows.map((row) => Object.fromEntries(row.map((text, i) => [names[i], value(text)])));
}

/** The same table in every form, by the name of the file. */
async function inEveryForm(folder: string, name: string, csv: string): Promise<string[]> {
  const rows = objects(csv), path = (ending: string) => `${folder}/${name}.${ending}`;
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  await Deno.writeTextFile(path("csv"), csv);
  await Deno.writeTextFile(path("jsonl"), lines);
  await Deno.writeTextFile(path("json"), JSON.stringify(rows, null, 2));
  await Deno.writeTextFile(path("txt"), `\ufeff${lines.replaceAll("\n", "\r\n")}`);
  await writeTable(
    path("xlsx"),
    async (sink) => void await sink.write(new TextEncoder().encode(csv)),
    {},
  );
  return ["csv", "jsonl", "json", "txt", "xlsx"].map(path);
}

Deno.test("people and groups are the same in CSV, JSON Lines, an array of objects and a workbook", () =>
  withFolder(async (folder) => {
    const people = await inEveryForm(folder, "people", PEOPLE);
    const groups = await inEveryForm(folder, "groups", GROUPS);
    const [first, ...others] = await Promise.all(
      people.map((path, i) => readSplit(path, { total: 4, groups: groups[i] })),
    );
    assertEquals(first.requirements.map(({ name }) => name), ["007", "bob"]);
    assertEquals(first.groups?.[0].interval, [0, 1.5]);
    for (const other of others) assertEquals(other, first);
  }));

Deno.test("rows of JSON may have intervals as documents have them", () =>
  withFolder(async (folder) => {
    const rows = [
      { name: "ann", interval: [1, 3], target: 2 },
      { name: "bob", interval: [2, null], target: "lower" },
    ];
    const read = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      return await readSplit(`${folder}/${name}`, { total: 4 });
    };
    const document = await read("d.json", JSON.stringify({ requirements: rows }));
    assertEquals(
      await read("l.jsonl", rows.map((row) => JSON.stringify(row)).join("\n")),
      document,
    );
    assertEquals(await read("a.json", JSON.stringify(rows)), document);
  }));

Deno.test("a fault in a row names its line and column, a Parquet file is refused", () =>
  withFolder(async (folder) => {
    const file = `${folder}/p.jsonl`;
    await Deno.writeTextFile(
      file,
      `{"name":"a","target":1}\n\n{"name":"b","target":"many"}\n`,
    );
    await assertRejects(
      () => readSplit(file, { total: 1 }),
      InputError,
      `${file}:3: target is "many"`,
    );
    await Deno.writeTextFile(`${folder}/p.parquet`, "PAR1....PAR1");
    await assertRejects(
      () => readSplit(`${folder}/p.parquet`, { total: 1 }),
      InputError,
      "p.parquet: Parquet, expected CSV, JSON, JSON Lines or an Excel workbook",
    );
  }));
