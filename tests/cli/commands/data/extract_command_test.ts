/** Tables of a database become files together, or none of them does. */
import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { divvyMany } from "../../../support/many_runs.ts";
import { TempFolder } from "../../../support/cli.ts";

Deno.test("extract writes all tables or none, and leaves no folder of its own behind", async () => {
  await using folder = new TempFolder();
  const database = new DatabaseSync(`${folder.path}/shop.sqlite`);
  database.exec(`CREATE TABLE caps (contract_address TEXT, cap_face INTEGER, is_sponsored BOOLEAN);
INSERT INTO caps VALUES ('c1', 2, true);
CREATE TABLE people (user_id TEXT, market TEXT)`);
  database.close();
  await Deno.mkdir(`${folder.path}/there`);
  await Deno.writeTextFile(`${folder.path}/there/caps.csv`, "of before\n");
  const from = (table: string) => `sqlite://${folder.path}/shop.sqlite?table=${table}`;
  const tables = ["extract", "--caps", from("caps"), "--user-groups", from("people")];
  const run = (...args: string[]) => ({ cwd: folder.path, args });
  const [made, kept, sound] = await divvyMany([
    run(...tables, "--dir", "new"),
    run(...tables, "--dir", "there"),
    run("extract", "--caps", from("caps"), "--dir", "there"),
  ]);
  for (const run of [made, kept]) {
    assertEquals(run.code, 1, run.stderr);
    assertStringIncludes(run.stderr, "column group_id is missing, found user_id, market");
    assertEquals(run.stderr.includes("rows"), false, "no file is said to be written");
  }
  assertStringIncludes(sound.stderr, "\nthere/caps.csv: 1 row\n");
  const names = await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
  assertEquals(names.sort(), ["shop.sqlite", "there"]);
  const files = await Array.fromAsync(Deno.readDir(`${folder.path}/there`), ({ name }) => name);
  assertEquals(files, ["caps.csv"]);
  assertEquals(
    await Deno.readTextFile(`${folder.path}/there/caps.csv`),
    "contract_address,cap_face,is_sponsored\nc1,2,1\n",
  );
});
