/** `divvy allocate --engine --html`: what the page tells is what the files have. */
import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { generateDrop } from "../../../../lib/generate/generate.ts";
import { divvy } from "../../../support/cli.ts";
import { withFolder } from "../../../support/temp_folder.ts";

/** Rows of the table with a caption, cells as texts. */
function rowsOf(page: string, caption: string): string[][] {
  const from = page.indexOf(`<caption class="hide">${caption}</caption>`);
  assert(from >= 0, caption);
  const table = page.slice(from, page.indexOf("</table>", from));
  return table.split("<tr>").slice(2).map((row) =>
    row.split(/<t[dh][^>]*>/).slice(1).map((cell) => cell.replace(/<[^>]*>/g, "").trim())
  );
}

/** Rows of a CSV file without quotes. */
async function csv(path: string): Promise<string[][]> {
  const [, ...lines] = (await Deno.readTextFile(path)).trim().split("\n");
  return lines.map((line) => line.split(","));
}

Deno.test("--engine duckdb --html: groups, contracts and limits are those of the assignments", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 300 });
    await Deno.writeTextFile(`${cwd}/lim.csv`, "limit,per,at_most\nbrand,brand_id,20\n");
    const run = (name: string, more: string[] = []) =>
      divvy([
        ...["allocate", "--dir", ".", "--engine", "duckdb", "--out", "a.csv", "--html", name],
        ...["--limits", "lim.csv", "--title", "A <drop>", "--date", "2026-11-27", "-q", ...more],
      ], { cwd, permissions: ["--allow-all"] });
    const { code, stderr } = await run("a.html", ["--certificate", "c.json"]);
    assertEquals(code, 0, stderr);
    const page = await Deno.readTextFile(`${cwd}/a.html`);
    assertStringIncludes(page, "A &lt;drop&gt;");
    assertStringIncludes(page, "2026-11-27");
    const given = new Map<string, number>(), users = new Map<string, Set<string>>();
    const sponsored = new Map<string, Set<string>>();
    for (const [user, contract, , isSponsored, group] of await csv(`${cwd}/a.csv`)) {
      given.set(contract, (given.get(contract) ?? 0) + 1);
      if (!users.has(group)) users.set(group, new Set());
      if (!sponsored.has(group)) sponsored.set(group, new Set());
      users.get(group)!.add(user);
      if (isSponsored === "True") sponsored.get(group)!.add(user);
    }
    const contracts = rowsOf(page, "All contracts");
    const caps = new Map((await csv(`${cwd}/caps.csv`)).map(([id, cap]) => [id, cap]));
    assert(contracts.length > 50 && contracts.every(([id]) => caps.has(id)));
    for (const [id, , cap, assigned, left] of contracts) {
      const units = (text: string) => Number(text.replaceAll(",", ""));
      assertEquals(units(assigned), given.get(id) ?? 0, id);
      assertEquals(units(left), units(cap) - units(assigned), id);
    }
    for (const [id, , withOffers, , sponsoredUsers] of rowsOf(page, "All groups")) {
      assertEquals(Number(withOffers), users.get(id)?.size ?? 0, id);
      assertEquals(Number(sponsoredUsers), sponsored.get(id)?.size ?? 0, id);
    }
    const limits = rowsOf(page, "All limits");
    assert(limits.length > 5 && limits.every(([, , used]) => Number(used) <= 20));
    assertEquals(limits.some(([, , used]) => used === "20"), true);

    const odd = await run("a.csv");
    assertEquals(odd.code, 1);
    assertStringIncludes(odd.stderr, "expected a name that ends in .html or .htm");
    const date = await run("b.html", ["--date", "soon"]);
    assertEquals(date.code, 1);
    assertStringIncludes(date.stderr, '--date is "soon"');
  }));
