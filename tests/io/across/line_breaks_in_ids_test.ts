/** Ids with line breaks in them are kept as they are, in whatever form they are read and written: no two become one. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { type BasicType, parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { check } from "../../../lib/api/check.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { csvField } from "../../../lib/base/text/csv_field.ts";
import { readDrop, type ReadOptions } from "../../../lib/io/drop_reader.ts";
import { readAssignments } from "../../../lib/io/tables/results/assignments_reader.ts";
import { writeAssignments } from "../../../lib/api/write_assignments.ts";
import { withFolder } from "../../support/temp_folder.ts";

const BREAKS = ["\n", "\r\n", "\r", "\n\r", "\r\r\n", "\n\n", "\r\n\r\n"];
const users = BREAKS.map((text) => `u${text}1`), contracts = BREAKS.map((text) => `c${text}1`);
const groups = ["g\r\n1", "g\n1", "g\r1"];

type Rows = (string | number)[][];
const TABLES: Record<string, [names: string[], rows: Rows]> = {
  caps: [
    ["contract_address", "cap_face", "is_sponsored"],
    contracts.map((id, c) => [id, 2, `${c % 2 === 0}`]),
  ],
  elig: [
    ["user_id", "contract_address", "score"],
    users.flatMap((user, u) => contracts.map((id, c) => [user, id, (1 + u * 7 + c) / 64])),
  ],
  userGroups: [["user_id", "group_id"], users.map((id, u) => [id, groups[u % 3]])],
  groupRatios: [["group_id", "sponsorship_ratio"], groups.map((id) => [id, 0.25])],
};

const csv = (names: string[], rows: Rows, line: string, separator = ",") =>
  [names, ...rows].map((row) =>
    row.map((cell) => `${cell}`).map((cell) =>
      cell.includes(separator) ? `"${cell}"` : csvField(cell)
    ).join(separator)
  ).join(line) + line;
const objects = (names: string[], rows: Rows) =>
  rows.map((row) => Object.fromEntries(row.map((cell, i) => [names[i], cell])));
const bytes = (text: string) => new TextEncoder().encode(text);

const FORMS: Record<string, [write: (names: string[], rows: Rows) => Uint8Array, ReadOptions?]> = {
  "lf.csv": [(names, rows) => bytes(csv(names, rows, "\n"))],
  "crlf.csv": [(names, rows) => bytes(csv(names, rows, "\r\n"))],
  "semicolons.csv": [(names, rows) => bytes(csv(names, rows, "\n", ";"))],
  "semicolons, crlf.csv": [(names, rows) => bytes(csv(names, rows, "\r\n", ";"))],
  "latin1.csv": [(names, rows) => bytes(csv(names, rows, "\n")), { encoding: "latin1" }],
  "json": [(names, rows) => bytes(JSON.stringify(objects(names, rows), null, 1))],
  "jsonl": [(names, rows) => bytes(objects(names, rows).map((o) => JSON.stringify(o)).join("\n"))],
  "parquet": [(names, rows) => {
    const columnData = names.map((name, i) => {
      const data = rows.map((row) => row[i]);
      const type: BasicType = typeof data[0] === "number" ? "DOUBLE" : "STRING";
      return { name, data, type };
    });
    return new Uint8Array(parquetWriteBuffer({ columnData }));
  }],
};

/** The drop of the tables in one form. */
async function dropIn(folder: string, form: string): Promise<Drop> {
  const [write, options] = FORMS[form];
  const path = (table: string) => `${folder}/${table}.${form}`;
  for (const [table, [names, rows]] of Object.entries(TABLES)) {
    await Deno.writeFile(path(table), write(names, rows));
  }
  const [caps, elig, userGroups, groupRatios] = Object.keys(TABLES).map(path);
  return await readDrop({ caps, elig, userGroups, groupRatios }, options);
}

Deno.test("ids with line breaks in them are the same, whatever files they are read from", () =>
  withFolder(async (folder) => {
    for (const form of Object.keys(FORMS)) {
      const { instance } = await dropIn(folder, form);
      assertEquals(new Set(instance.users.toArray()), new Set(users), form);
      assertEquals(new Set(instance.contracts), new Set(contracts), form);
      assertEquals(new Set(instance.groups), new Set(groups), form);
      assertEquals(instance.score.length, TABLES.elig[1].length, form);
    }
  }));

Deno.test("a drop from memory may have ids with line breaks in them, as files may", () => {
  const drop = Drop.from({
    users: users.map((id, u) => ({ id, group: groups[u % 3] })),
    contracts: contracts.map((id) => ({ id, cap: 2, sponsored: true })),
    groups: groups.map((id) => ({ id, ratio: 0 })),
    pairs: users.map((user, u) => ({ user, contract: contracts[u], score: 1 })),
  });
  assertEquals(new Set(drop.instance.users.toArray()), new Set(users));
});

Deno.test("assignments of ids with line breaks are read again as they were written, in every form", () =>
  withFolder(async (folder) => {
    const drop = await dropIn(folder, "parquet"), allocation = await allocate(drop, { k: 2 });
    const offers = [...allocation.offers()];
    for (const ending of ["csv", "csv.gz", "jsonl", "json", "xlsx", "parquet"]) {
      const path = `${folder}/out.${ending}`;
      await writeAssignments(drop, allocation, path);
      const table = await readAssignments(path), ids = table.userIds.toArray();
      const read = Array.from(
        table.user,
        (u, row) => [ids[u], table.contractIds[table.contract[row]]],
      );
      assertEquals(read, offers.map(({ user, contract }) => [user, contract]), ending);
      assert(check(drop, table).ok, ending);
    }
  }));
