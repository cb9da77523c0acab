import { assertEquals, assertRejects } from "../../../../lib/deps/std_assert.ts";
import { UsageError } from "../../../../lib/base/errors.ts";
import { pageDate } from "../../../../lib/cli/frame/options/page_date.ts";
import { pageText } from "../../../../lib/report/html/page.ts";
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
    await assertRejects(() => pageDate({ date: "soon" }, files), UsageError, '--date is "soon"');
  }));

Deno.test("a page says its day behind its name, and nothing where there is none", () => {
  const page = { title: "t", about: ["Divvy report", "autumn"], header: "", sections: [] } as const;
  const above = (date?: string) =>
    /<p class="eyebrow">(.*?)<\/p>/.exec(pageText(page, { date }))![1].replaceAll(/<.*?>/g, "");
  assertEquals(above("2025-08-14"), "Divvy report · autumn · 2025-08-14");
  assertEquals(above(), "Divvy report · autumn");
});
