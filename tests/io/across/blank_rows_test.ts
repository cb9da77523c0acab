/** Rows of separators, as spreadsheets leave them, are left out of every table and counted. */
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readAssignments } from "../../../lib/io/tables/results/assignments_reader.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { divvy, INPUTS, SMALL_DROP, TempFolder, writeDrop } from "../../support/cli.ts";

Deno.test("rows of separators only are left out and counted, in every table", async () => {
  await using folder = new TempFolder();
  const padded = (name: keyof typeof SMALL_DROP, rows: string) => SMALL_DROP[name] + rows;
  writeDrop(folder, {
    "caps.csv": padded("caps.csv", ",,\n , ,\t\n"),
    // More or fewer separators than the header's, blanks and quotes between them.
    "elig.csv": padded("elig.csv", ',,\n,,,,,,,\n,\n"","",""\n , ,\r\n'),
    "user_groups.csv": padded("user_groups.csv", ",\n ,\n,,\n"),
    "group_ratios.csv": padded("group_ratios.csv", ","),
  });
  const file = (name: string) => `${folder.path}/${name}.csv`;
  const { input } = await readDrop({
    caps: file("caps"),
    elig: file("elig"),
    userGroups: file("user_groups"),
    groupRatios: file("group_ratios"),
  });
  assertEquals(
    [input.caps, input.elig, input.user_groups, input.group_ratios].map((
      t,
    ) => [t.rows, t.blank_rows]),
    [[3, 2], [9, 5], [4, 3], [2, 1]],
  );
  folder.write("limits.csv", "limit,at_most\nmost,9\n,\n , \n");
  const limited = await readDrop({
    caps: file("caps"),
    elig: file("elig"),
    userGroups: file("user_groups"),
    groupRatios: file("group_ratios"),
    limits: file("limits"),
  });
  assertEquals(limited.input.read_as, [
    `${file("limits")}: 2 rows of separators only left out`,
  ]);
  const { stderr, stdout, code } = await divvy(["allocate", ...INPUTS, "--out", "out.csv"], {
    cwd: folder.path,
  });
  assertEquals(code, 0, stderr);
  assertEquals((stdout + stderr).includes("elig: 5 rows of separators only left out"), true);
  folder.write("a.csv", "user_id,contract_address,score\nann,s1,1\n,,\n");
  assertEquals((await readAssignments(file("a"))).user.length, 1);
});

Deno.test("a row that says something and has no id is a fault still", async () => {
  await using folder = new TempFolder();
  for (const row of [",,1", ",s1,", ",,,x", " ,,.", '"",,"0"']) {
    folder.write("a.csv", `user_id,contract_address,score\n${row}\n`);
    const error = await assertRejects(
      () => readAssignments(`${folder.path}/a.csv`),
      InputError,
    );
    assertEquals(error.line, 2, row);
  }
});
