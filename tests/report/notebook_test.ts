import { fileURLToPath } from "node:url";
import {
  allocate,
  capsFromReviews,
  check,
  diff,
  Drop,
  explain,
  report,
  review,
  whatIf,
} from "../../mod.ts";
import { explainSplit, split, splitBy, splitChart, splitGoods } from "../../split.ts";
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
  return await method.call(value);
}

const INPUT = {
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
  contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "ink", cap: 9, sponsored: false }],
  groups: [{ id: "north", ratio: 0.5 }],
  pairs: [
    { user: "ann", contract: "tea", score: 0.9 },
    { user: "bob", contract: "tea", score: 0.4 },
    { user: "bob", contract: "ink", score: 0.3 },
  ],
};
const drop = Drop.from(INPUT);

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
  for (const value of [allocation, facts, scenarios, shares]) {
    const bundle = await shown(value);
    assertEquals(Object.keys(bundle).sort(), [VEGA_LITE, "text/html", "text/plain"].sort());
    assertIsReadableWithoutTrust(bundle["text/html"] as string);
  }
  for (const value of [chart, splitChart(shares)]) {
    const bundle = await shown(value);
    // HTML would be shown in the picture's place, without the picture.
    assertEquals(Object.keys(bundle).sort(), [VEGA_LITE, "image/svg+xml", "text/plain"].sort());
    assertMatch(bundle["image/svg+xml"] as string, /^<svg .*fill="#ffffff"/s);
  }
  for (const value of [allocation, facts, scenarios, shares, chart, splitChart(shares)]) {
    const spec = (await shown(value))[VEGA_LITE] as {
      $schema: string;
      data: { values: unknown[] };
    };
    assertMatch(spec.$schema, /vega-lite\/v5\.json$/);
    assert(spec.data.values.length > 0);
    assertEquals(Reflect.ownKeys({ ...value }).includes(DISPLAY), false, "no field of its own");
  }
  const why = await shown(explain(drop, allocation, { contract: "tea" }));
  assertEquals(Object.keys(why), ["text/plain"]);
  assertMatch(why["text/plain"] as string, /^Contract tea, sponsored\n/);
  // Dark words need a light ground in a dark notebook.
  const drawn = (await shown(chart))[VEGA_LITE] as { config: { background: string } };
  assertEquals(drawn.config.background, "#ffffff");
  assertStringIncludes((await shown(allocation))["text/plain"] as string, "2 offers for 2 of 2");
  assertStringIncludes((await shown(shares))["text/html"] as string, "a&lt;b&gt;");
  const page = (await shown(facts))["text/html"] as string;
  assertMatch(page, /<iframe srcdoc="&lt;!DOCTYPE html&gt;/);
});

/** What is left when frames, scripts, drawings and styles are taken out must still have tables and pictures. */
function assertIsReadableWithoutTrust(text: string): void {
  const left = text.replace(/<iframe .*?<\/iframe>/gs, "");
  assertEquals(/<(svg|script|style|iframe)\b|\sstyle=/.exec(left), null);
  assertMatch(left, /<table>/);
  assertMatch(left, /<img alt="[^"]+" src="data:image\/svg\+xml;base64,[\w+/=]+">/);
}

Deno.test("notebook: prices in tables are no less than they are, as a unit more adds at most that", async () => {
  const told = report(drop, await allocate(drop));
  const full = told.facts.contracts.find(({ contract_address: id }) => id === "tea")!;
  Object.assign(full, { price: 0.123441 });
  const [, cell] = /<td[^>]*>1<\/td>\s*<td[^>]*>(0\.\d+)<\/td>/.exec(
    (await shown(told))["text/html"] as string,
  )!;
  assertEquals(cell, "0.1235");
});

Deno.test("notebook: a drop, what checking found and who gets what show themselves as tables", async () => {
  const allocation = await allocate(drop);
  const offers = allocation.offers();
  const cases: [object, RegExp, RegExp][] = [
    [drop, /^2 users of 1 group, 2 contracts, 3 eligible pairs\./, /<td>tea<\/td>/],
    [check(drop, allocation), /^holds /, /<td>over_cap<\/td>.*<td>holds<\/td>/s],
    [offers, /^user +contract +score +group\nann +tea/, /<td>ann<\/td><td>tea<\/td>/],
    [allocation.offersOf("bob"), /\nbob +ink/, /<td>bob<\/td><td>ink<\/td>/],
  ];
  for (const [value, text, table] of cases) {
    const bundle = await shown(value);
    assertEquals(Object.keys(bundle), ["text/plain", "text/html"]);
    assertMatch(bundle["text/plain"] as string, text);
    assertMatch(bundle["text/html"] as string, table);
  }
  // Showing takes nothing out of the list.
  assertEquals([...offers].length, 2);
  const broken = check(drop, {
    ...allocation,
    offerStart: Uint32Array.of(0, 2, 2),
    offerPair: Uint32Array.of(0, 0),
  });
  assertMatch((await shown(broken))["text/html"] as string, /of \d+ rules broken/);
});

Deno.test("notebook: who gets what has the names of contracts, where they have some", async () => {
  const names = { tea: "Green tea", ink: "Blue ink" };
  const named = Drop.from({
    ...INPUT,
    contracts: INPUT.contracts.map((contract) => ({
      ...contract,
      attributes: { name: names[contract.id as keyof typeof names] },
    })),
  });
  const allocation = await allocate(named);
  for (const value of [allocation, allocation.offers(), allocation.offersOf("ann")]) {
    const bundle = await shown(value);
    assertStringIncludes(bundle["text/html"] as string, "<td>tea</td><td>Green tea</td>");
    if (value === allocation) continue;
    assertMatch(
      bundle["text/plain"] as string,
      /^user +contract +name +score +group\nann +tea +Green tea /,
    );
  }
});

Deno.test("payments have the decimal places of their currency, in the text and in the table", async () => {
  const interval = [0, 9] as const;
  const requirements = ["ann", "ben"].map((name) => ({ name, interval, target: 2 }));
  for (const [currencyDigits, payment] of [[0, "5"], [2, "5.10"], [3, "5.100"]] as const) {
    const price = currencyDigits === 0 ? 10 : 10.2;
    for (
      const made of [
        split({ total: 4, price, requirements }, { currencyDigits }),
        splitBy("max-min", { total: 4, price, requirements }, { currencyDigits }),
      ]
    ) {
      const bundle = await shown(made);
      assertStringIncludes(String(bundle["text/html"]), `<td>${payment}</td>`);
      assertMatch(String(bundle["text/plain"]), new RegExp(` ${payment.replace(".", "\\.")} `));
    }
  }
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

Deno.test("notebook: what changed shows its headline, picture and page; nothing changed has no picture", async () => {
  // Bans turn both users' offers round.
  const before = await allocate(drop), banned = { user: "ann", contract: "tea" };
  const after = await allocate(Drop.from({ ...INPUT, bans: [banned] }));
  const changed = await shown(diff(before, after));
  assertEquals(Object.keys(changed).sort(), [VEGA_LITE, "text/html", "text/plain"].sort());
  assertMatch(changed["text/plain"] as string, /users have other offers|user has other offers/);
  assertIsReadableWithoutTrust(changed["text/html"] as string);
  assertEquals(Object.keys(await shown(diff(before, before))), ["text/plain", "text/html"]);
});

Deno.test("notebook: caps from reviews, several goods and why somebody gets so much show their text", async () => {
  const offers = Array.from({ length: 40 }, (_, i) => ({ user: `u${i}`, contract: "tea" }));
  const some = offers.slice(0, 9);
  const contracts = [{ id: "tea", sponsored: true, cap: 40 }];
  const week = review({ offers, selections: some, redemptions: some, contracts });
  const requirements = [
    { name: "ann", good: "bread", interval: [0, 4] as const, target: 4 },
    { name: "ben", good: "milk", interval: [0, 4] as const, target: 2 },
  ];
  const goods = [{ name: "bread", total: 3 }, { name: "milk", total: 2 }];
  const one = { total: 3, requirements: [{ name: "ann", interval: [0, 4] as const, target: 4 }] };
  const cases: [object, RegExp][] = [
    [capsFromReviews([week]), /^1 review: 9 of 40 offers redeemed/],
    [splitGoods({ goods, requirements }), /bread.*ann.*milk.*ben/s],
    [explainSplit(one, "ann"), /^ann/],
  ];
  for (const [value, text] of cases) {
    const bundle = await shown(value);
    assertEquals(Object.keys(bundle), ["text/plain"]);
    assertMatch(bundle["text/plain"] as string, text);
  }
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

/** The outputs of a notebook's code cells after it ran through Deno's kernel. */
async function run(notebook: string): Promise<CellOutput[][]> {
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
        `${ROOT}examples/${notebook}`,
        `${ROOT}examples`,
      ],
      env,
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a notebook's code cells are saved with. */
async function saved(notebook: string): Promise<CellOutput[][]> {
  const { cells } = JSON.parse(await Deno.readTextFile(`${ROOT}examples/${notebook}`));
  return cells.filter((cell: { cell_type: string }) => cell.cell_type === "code")
    .map((cell: { outputs: CellOutput[] }) => cell.outputs);
}

/** What each cell shows: none, the kinds of its content, or those of HTML. */
function kinds(cells: readonly CellOutput[][]): string[] {
  return cells.map((outputs) => {
    assertEquals(outputs.filter((o) => o.output_type === "error"), []);
    const [result] = outputs.filter((o) => o.output_type === "execute_result");
    return result === undefined ? "" : Object.keys(result.data).sort().join(" ");
  });
}

/** Text of a result, whether it is one or a list of lines. */
function textOf(output: CellOutput | undefined): string {
  const text = output?.data["text/plain"] ?? "";
  return Array.isArray(text) ? text.join("") : String(text);
}

/** The first line of a text without its numbers: times, and what a search proves on a busy machine, differ from run to run. */
function gist(text: string): string {
  return text.split("\n")[0].replace(/[\d.,]+/g, "#");
}

const PAGE = `${VEGA_LITE} text/html text/plain`;
const CHART = `${VEGA_LITE} image/svg+xml text/plain`;
const TABLE = "text/html text/plain";
const TEXT = "text/plain";

const NOTEBOOKS: [string, string[], [number, RegExp][]][] = [
  [
    "notebook.ipynb",
    ["", TABLE, PAGE, PAGE, TABLE, TABLE, PAGE, CHART, TEXT, PAGE, CHART, PAGE, CHART],
    [
      [1, /^60 users of 2 groups, 4 contracts/],
      [2, /60 users and 4 contracts.*Nothing is allocated yet/],
      [3, /offers for 60 of 60 users/],
      [6, /Which of their own choices users got/],
      [8, /^Contract coffee, sponsored\n/],
      [9, /ratios × 0\.5/],
      [11, /alice/],
    ],
  ],
  [
    "limits_notebook.ipynb",
    ["", TABLE, PAGE, TABLE, CHART, TEXT, PAGE, PAGE, CHART, PAGE],
    [
      [2, /All 4 limits are kept/],
      [5, /^Limit money\n/],
      [7, /money × 0\.6/],
      [9, /^best is worth .* more than greedy/],
    ],
  ],
];

for (const [notebook, shows, texts] of NOTEBOOKS) {
  Deno.test(`notebook: examples/${notebook} is saved with what it shows, pictures and tables that need no trust`, async () => {
    const cells = await saved(notebook);
    assertEquals(kinds(cells), shows, "run tests/support/save_notebook.py");
    for (const [result] of cells) {
      const page = result?.data["text/html"];
      if (page !== undefined) {
        assertEquals(/<(iframe|script|svg)\b/.exec([page].flat().join("")), null);
      }
    }
  });

  Deno.test({
    name:
      `notebook: examples/${notebook} runs through Deno's kernel, and shows what it is saved with`,
    ignore: python === null,
    fn: async () => {
      const cells = await run(notebook);
      assertEquals(kinds(cells), shows);
      const text = (cell: number) => textOf(cells[cell][0]);
      for (const [cell, pattern] of texts) assertMatch(text(cell), pattern);
      (await saved(notebook)).forEach(([result], cell) =>
        assertEquals(
          gist(text(cell)),
          gist(textOf(result)),
          `cell ${cell}: run tests/support/save_notebook.py`,
        )
      );
    },
  });
}
