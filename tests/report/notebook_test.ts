import { fileURLToPath } from "node:url";
import { allocate, Drop, explain, report, split, splitBy, splitChart, whatIf } from "../../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../lib/deps/std_assert.ts";
import { DISPLAY, type MediaBundle } from "../../lib/report/display.ts";
import { VEGA_LITE } from "../../lib/report/charts/chart_bundle.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What a value shows in a notebook. */
async function shown(value: object): Promise<MediaBundle> {
  const method = (value as Record<symbol, () => Promise<MediaBundle>>)[DISPLAY];
  assertEquals(typeof method, "function");
  return await method();
}

const drop = Drop.from({
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
  contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "ink", cap: 9, sponsored: false }],
  groups: [{ id: "north", ratio: 0.5 }],
  pairs: [
    { user: "ann", contract: "tea", score: 0.9 },
    { user: "bob", contract: "tea", score: 0.4 },
    { user: "bob", contract: "ink", score: 0.3 },
  ],
});

Deno.test("notebook: results show text, HTML and a chart, and stay plain data", async () => {
  const allocation = await allocate(drop);
  const facts = report(drop, allocation, { title: "Tea" });
  const scenarios = await whatIf(drop, [{ name: "as it is" }, {
    name: "more tea",
    capScale: { tea: 2 },
  }]);
  const shares = split({
    total: 10,
    price: 5,
    requirements: [{ name: "a<b>", interval: [2, 8], target: 5 }],
  });
  const chart = facts.charts().capacity;
  for (const value of [allocation, facts, scenarios, shares, chart, splitChart(shares)]) {
    const bundle = await shown(value);
    assertEquals(Object.keys(bundle).sort(), [VEGA_LITE, "text/html", "text/plain"].sort());
    const spec = bundle[VEGA_LITE] as { $schema: string; data: { values: unknown[] } };
    assertMatch(spec.$schema, /vega-lite\/v5\.json$/);
    assert(spec.data.values.length > 0);
    assertEquals(Reflect.ownKeys({ ...value }).includes(DISPLAY), false, "no field of its own");
  }
  const why = explain(drop, allocation, { contract: "tea" });
  assertEquals(Object.keys(await shown(why)), ["text/plain", "text/html"]);
  assertMatch((await shown(why))["text/html"] as string, /^<pre>Contract tea, sponsored\n/);
  // Dark words need a light ground in a dark notebook.
  const drawn = (await shown(chart))[VEGA_LITE] as { config: { background: string } };
  assertEquals(drawn.config.background, "#ffffff");
  assertMatch((await shown(chart))["text/html"] as string, /background:#ffffff/);
  assertStringIncludes((await shown(allocation))["text/plain"] as string, "2 offers for 2 of 2");
  assertStringIncludes((await shown(shares))["text/html"] as string, "a&lt;b&gt;");
  const page = (await shown(facts))["text/html"] as string;
  assertMatch(page, /^<iframe srcdoc="&lt;!DOCTYPE html&gt;/);
});

Deno.test("a split among many shows the page, and how many get how much; other methods show themselves too", async () => {
  const list = Array.from({ length: 300 }, (_, i) => ({
    name: `p${i}`,
    interval: [0] as const,
    target: i % 9,
  }));
  const many = await shown(split({ total: 700, requirements: list }));
  assertStringIncludes(many["text/html"] as string, "The first 60 are drawn.");
  const spec = many[VEGA_LITE] as { title: string };
  assertEquals(spec.title, "How many people get how many units");
  const seats = await shown(splitBy("dhondt", { total: 9, requirements: list.slice(0, 9) }));
  assertStringIncludes(seats["text/plain"] as string, "by dhondt");
});

/** The Python that .ci/run makes in .venv (or DIVVY_TEST_PYTHON), where it has nbclient; else null. */
function pythonWithNotebooks(): string | null {
  for (const python of [Deno.env.get("DIVVY_TEST_PYTHON"), `${ROOT}.venv/bin/python`]) {
    if (python === undefined) continue;
    try {
      const args = ["-c", "import nbclient, nbformat"];
      const { success } = new Deno.Command(python, { args, stderr: "null" }).outputSync();
      if (success) return python;
    } catch {
      // No such Python: the next.
    }
  }
  return null;
}

const python = pythonWithNotebooks();
if (python === null) {
  console.error(
    "tests/report: the notebook is skipped, .venv has no nbclient (see .ci/install.sh)",
  );
}

/** One output of a cell, as nbformat has it. */
interface CellOutput {
  output_type: string;
  data: Record<string, unknown>;
  name?: string;
  text?: string;
}

Deno.test({
  name:
    "notebook: examples/notebook.ipynb runs through Deno's kernel, and every result shows itself",
  ignore: python === null,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      // The kernel is installed for this test alone.
      const env = {
        XDG_DATA_HOME: folder,
        JUPYTER_PATH: `${folder}/jupyter`,
        JUPYTER_RUNTIME_DIR: `${folder}/runtime`,
      };
      const install = await new Deno.Command(Deno.execPath(), {
        args: ["jupyter", "--install", "--force"],
        env,
        stderr: "piped",
      }).output();
      assert(install.success, new TextDecoder().decode(install.stderr));
      const { success, stdout, stderr } = await new Deno.Command(python!, {
        args: [
          `${ROOT}tests/support/run_notebook.py`,
          `${ROOT}examples/notebook.ipynb`,
          `${ROOT}examples`,
        ],
        env,
        stdout: "piped",
        stderr: "piped",
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const cells: CellOutput[][] = JSON.parse(new TextDecoder().decode(stdout));

      const results = cells.map((outputs) =>
        outputs.filter((o) => o.output_type === "execute_result")
      );
      assertEquals(cells.flat().filter((o) => o.output_type === "error"), []);
      // The imports show nothing; the answer to "why?" is text; everything else has a picture.
      assertEquals(results.map((r) => r.length), [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
      const pictures = results.map(([result]) => result?.data[VEGA_LITE] !== undefined);
      assertEquals(pictures, [false, true, true, true, true, false, true, true, true, true]);
      for (const [result] of results) {
        if (result?.data[VEGA_LITE] === undefined) continue;
        assert("text/html" in result.data && "text/plain" in result.data);
      }
      const text = (cell: number) => String(results[cell][0].data["text/plain"]);
      assertMatch(text(1), /60 users and 4 contracts.*Nothing is allocated yet/);
      assertMatch(text(2), /offers for 60 of 60 users/);
      assertMatch(text(3), /Which of their own choices users got/);
      assertMatch(text(5), /^Contract coffee, sponsored\n/);
      assertMatch(text(6), /ratios × 0\.5/);
      assertMatch(text(8), /alice/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
