import { assert, assertEquals, assertRejects } from "../../../../lib/deps/std_assert.ts";
import { UsageError } from "../../../../lib/base/errors.ts";
import { divvyProgram } from "../../../../lib/cli/program.ts";
import { pageDate } from "../../../../lib/cli/frame/options/page_date.ts";
import { pageText } from "../../../../lib/report/html/page.ts";
import { divvy, refusal, TempFolder } from "../../../support/cli.ts";
import { withFolder } from "../../../support/temp_folder.ts";

/** Noon, so that the day is the same wherever the tests run. */
const noon = (day: string) => new Date(`${day}T12:00:00`);

Deno.test("a page's day is the one asked for, the drop's, or that of the newest file", () =>
  withFolder(async (folder) => {
    const [old, newest] = [`${folder}/caps.csv`, `${folder}/elig.csv`];
    for (const [file, day] of [[old, "2025-08-01"], [newest, "2025-08-14"]]) {
      await Deno.writeTextFile(file, "");
      await Deno.utime(file, noon(day), noon(day));
    }
    const files = [newest, old, undefined, "-", `${folder}/none.csv`, "postgresql://host/db"];
    assertEquals(await pageDate({}, files), { date: "2025-08-14" });
    assertEquals(await pageDate({ asOf: "2025-08-20" }, files), { date: "2025-08-20" });
    assertEquals(await pageDate({ date: "2025-09-01T10:00:00Z", asOf: "2025-08-20" }, files), {
      date: "2025-09-01",
    });
    assertEquals(await pageDate({}, ["-"]), {});
    assertEquals(await pageDate({ date: " 20250901T1000" }, files), { date: "2025-09-01" });
  }));

Deno.test("a page says its day behind its name, and nothing where there is none", () => {
  const page = { kind: "report", name: "autumn", header: "", sections: [] };
  const above = (date?: string) =>
    /<p class="eyebrow">(.*?)<\/p>/.exec(pageText(page, { date }))![1].replaceAll(/<.*?>/g, "");
  assertEquals(above("2025-08-14"), "Divvy report · autumn · 2025-08-14");
  assertEquals(above(), "Divvy report · autumn");
});

Deno.test("--date, --as-of: what is no date is refused before anything is done, in every command", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path }, given: string[] = [];
  folder.write("divvy.json", JSON.stringify({ as_of: "2025-13-01" }));
  const expected = "expected a date such as 2025-08-14, or a time such as 2025-08-14T09:30:00Z\n";
  for (const command of divvyProgram().commands) {
    for (const long of ["--date", "--as-of"]) {
      if (!command.options.some((option) => option.long === long)) continue;
      given.push(`${command.name()} ${long}`);
      const faulty = divvyProgram().parseAsync([command.name(), long, "soon"], { from: "user" });
      await assertRejects(() => faulty, UsageError, `${long} is "soon", ${expected.trimEnd()}`);
    }
  }
  assert(given.includes("review --date") && given.includes("export --as-of"), given.join());
  // Nothing is written after the work, and the configuration file is judged alike.
  await divvy(["generate", "--dir", ".", "--users", "10"], at);
  const files = folder.names();
  const args = ["allocate", "--dir", ".", "--html", "page.html", "--no-config"];
  const run = await divvy([...args, "--date", "2025-13-01"], at);
  assertEquals([run.code, run.stderr], [1, `divvy: --date is "2025-13-01", ${expected}`]);
  assertEquals(folder.names(), files);
  const said = await refusal(args.slice(0, -1), at);
  assertEquals(said, `divvy: divvy.json: as_of is "2025-13-01", ${expected}`);
});
