import { assertEquals } from "../../lib/deps/std_assert.ts";
import { launchChromium } from "../../lib/deps/playwright.ts";
import { installedBrowser } from "../support/browser.ts";
import { withFolder } from "../support/temp_folder.ts";

/** What a page does with the two pure rooms, bundled: both solvers on a small drop, and a split. */
const PAGE_MODULE = `
import { solveGreedy } from "ROOT/lib/allocator/greedy/greedy.ts";
import { solveOptimal } from "ROOT/lib/allocator/optimal/optimal.ts";
import { defaultPolicy } from "ROOT/lib/allocator/model/policy.ts";
import { split } from "ROOT/lib/woptim/split.ts";
import { Drop } from "ROOT/lib/allocator/drop/drop.ts";

const { instance } = Drop.from({
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
  contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "cake", cap: 2, sponsored: false }],
  pairs: [
    { user: "ann", contract: "tea", score: 0.9 },
    { user: "bob", contract: "tea", score: 0.4 },
    { user: "bob", contract: "cake", score: 0.7 },
  ],
  groups: [{ id: "north", ratio: 0.5 }],
});
const optimal = await solveOptimal(instance, defaultPolicy);
const greedy = solveGreedy(instance, defaultPolicy);
const pizza = split({ total: 8, requirements: [{ name: "ann", interval: [2, 4], target: 3 }, { name: "bob", interval: [3, 6], target: 5 }] });
globalThis.answer = [optimal.score, greedy.score, ...pizza.people.map((person) => person.units)];
`;

const browserPath = installedBrowser();
if (browserPath === null) {
  console.warn(
    "skipped: no Chromium here (DIVVY_TEST_BROWSER names one): the library in a browser",
  );
}

Deno.test({
  name: "lib/allocator and lib/woptim run in a browser, bundled",
  ignore: browserPath === null,
  fn: runInBrowser,
});

async function runInBrowser(): Promise<void> {
  await withFolder(async (folder) => {
    const root = new URL("../..", import.meta.url).href.replace(/\/$/, "");
    await Deno.writeTextFile(`${folder}/page.ts`, PAGE_MODULE.replaceAll("ROOT", root));
    const bundled = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--platform",
        "browser",
        "-o",
        `${folder}/page.js`,
        `${folder}/page.ts`,
      ],
      cwd: folder,
    }).output();
    assertEquals(bundled.code, 0, new TextDecoder().decode(bundled.stderr));
    const script = await Deno.readTextFile(`${folder}/page.js`);

    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) =>
        request.url.endsWith("/page.js")
          ? new Response(script, { headers: { "content-type": "text/javascript" } })
          : new Response(
            '<!doctype html><title>divvy</title><script type="module" src="page.js"></script>',
            {
              headers: { "content-type": "text/html" },
            },
          ),
    );
    const browser = await launchChromium(browserPath!);
    try {
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(`http://127.0.0.1:${server.addr.port}/`);
      await page.waitForFunction("globalThis.answer !== undefined", undefined, { timeout: 120_000 })
        .catch((error) => faults.push(String(error)));
      assertEquals(faults, []);
      assertEquals(await page.evaluate("globalThis.answer"), [1.6, 1.6, 3, 5]);
    } finally {
      await browser.close();
      await server.shutdown();
    }
  });
}
