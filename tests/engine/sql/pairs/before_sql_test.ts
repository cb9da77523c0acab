/** History and bans in DuckDB are what they are to the reader and solver of this machine. */
import type { BeforeOptions } from "../../../../lib/allocator/drop/applied/before_options.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../../lib/base/errors.ts";
import { assert, assertEquals, assertRejects } from "../../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../../lib/engine/duckdb/open_drop.ts";
import { dropsOf } from "../../../../lib/engine/drop/before.ts";
import { readDrop } from "../../../../lib/io/drop_reader.ts";
import { engineBefore, writeBefore, writeTables } from "../../../support/engine_before.ts";
import { readRows } from "../../../support/engine_files.ts";
import { assertNearLocal, judgeRows } from "../../../support/engine_judge.ts";
import { assertTallied } from "../../../support/engine_tally.ts";
import { tinyInstance } from "../../../support/engine_instance.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { withFolder } from "../../../support/temp_folder.ts";

const asOf = "2025-08-29";

const CASES: [name: string, options: BeforeOptions, dated: boolean, policy: Partial<Policy>][] = [
  [
    "cooldown in days, of contracts and brands",
    { asOf, cooldown: "contract=8d,brand=4w" },
    true,
    {},
  ],
  ["declines", { declineFactor: 0.7 }, true, { maxPerBrand: 1 }],
  ["rotation", { asOf, rotate: 0.5, declineFactor: 0.9 }, true, { model: "coverage" }],
  ["drops without dates", { cooldown: "contract=2drops,brand=1drop", rotate: 1 }, false, {}],
];

Deno.test("DuckDB: history and bans keep out and scale the pairs that they do on one machine", async (t) => {
  for (const [n, [name, options, dated, change]] of CASES.entries()) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = randomInstance({
          seed: 60 + n,
          users: 150,
          contracts: 20,
          groups: 4,
          brands: 7,
          capShare: 0.3,
          ratios: [0.1, 0.3],
          negativeShare: 0.1,
        });
        const { engine, sources, out } = await writeTables(instance, folder);
        const files = await writeBefore(instance, folder, { seed: n, rows: 900, dated });
        const filter = n % 2 === 0 ? { minScore: 0.2 } : { topN: 5 };
        const policy = { ...defaultPolicy, ...change };
        const before = await engineBefore(files, options);
        const result = await allocateInDuckDb({ ...engine, policy, before }, filter);
        const drop = await readDrop({ ...sources, ...files }, {
          duplicates: "largest",
          ...options,
          ...filter,
        });
        const { instance: local, input } = drop;
        assertEquals(result.gathered.pairs, local.score.length);
        assertEquals(result.gathered.beyondTopN, input.elig.pairs_beyond_top_n);
        assertTallied(result, input);
        const { history } = result;
        assertEquals(
          [history!.rows, history!.laterRows, history!.declinedRows, history!.days.length],
          [
            ...[input.history!.rows, input.history!.rows_after_as_of],
            input.history!.declined_rows,
            input.history!.drops,
          ],
        );
        judgeRows(local, policy, await readRows(out), result);
        await assertNearLocal(local, policy, result, true);
      }));
  }
});

Deno.test("DuckDB: the brand of a contract whose capacity is gone cools and is declined, as on one machine", () =>
  withFolder(async (folder) => {
    const instance = randomInstance({ seed: 5, users: 40, contracts: 8, groups: 2, brands: 2 });
    const { engine, sources, out } = await writeTables(instance, folder);
    const { users, brands } = instance, { caps } = engine;
    await Deno.writeTextFile(sources.caps, `gone,0,true,${brands[0]}\n`, { append: true });
    const history = [`${folder}/past.csv`];
    const line = (u: number) => `${users.at(u)},gone,${u % 4 === 0 ? "declined" : ""}`;
    const lines = [...users.toArray().keys()].filter((u) => u % 2 === 0).map(line);
    const head = "user_id,contract_address,outcome";
    await Deno.writeTextFile(history[0], `${[head, ...lines].join("\n")}\n`);
    for (const options of [{ cooldown: "brand=1drop" }, { declineFactor: 0.5, rotate: 1 }]) {
      const before = await engineBefore({ history }, options);
      const result = await allocateInDuckDb({
        ...engine,
        caps: {
          contracts: [...caps.contracts, "gone"],
          sponsored: Uint8Array.of(...caps.sponsored, 1),
          cap: Float64Array.of(...caps.cap, 0),
          brands: [...caps.brands!, brands[0]],
        },
        policy: defaultPolicy,
        before,
      });
      const drop = await readDrop({ ...sources, history }, { duplicates: "largest", ...options });
      const { pairs_cooling_by_brand, pairs_declined } = drop.input.history!;
      assert(pairs_cooling_by_brand + pairs_declined > 10);
      assertTallied(result, drop.input);
      judgeRows(drop.instance, defaultPolicy, await readRows(out), result);
    }
  }));

Deno.test("DuckDB: rows of history that are nothing but separators are counted, and the others read", () =>
  withFolder(async (folder) => {
    const instance = tinyInstance({ seed: 3 });
    const { engine, sources } = await writeTables(instance, folder);
    const { users, contracts, contract } = instance, history = [`${folder}/past.csv`];
    const row = `${users.at(0)},${contracts[contract[0]]}`;
    for (const [head, tail] of [[",offered_at", ",2025-08-28"], ["", ""]]) {
      const blank = tail === "" ? "," : ",,";
      const text = `user_id,contract_address${head}\n${blank}\n${row}${tail}\n ${blank}\n\n`;
      await Deno.writeTextFile(history[0], text);
      const options = { asOf, cooldown: tail === "" ? "contract=1drop" : "contract=2d" };
      const before = await engineBefore({ history }, options);
      const result = await allocateInDuckDb({ ...engine, policy: defaultPolicy, before });
      const { input } = await readDrop({ ...sources, history }, {
        ...{ duplicates: "largest", ...options },
      });
      const { rows, blank_rows, drops } = input.history!;
      assertEquals([rows, blank_rows, drops], [1, 2, 1]);
      const facts = result.history!;
      assertEquals([facts.rows, facts.blankRows, facts.days.length], [1, 2, 1]);
      assertTallied(result, input);
    }
  }));

Deno.test("DuckDB: a day that is written in several ways is one drop, as on one machine", () =>
  withFolder(async (folder) => {
    const instance = tinyInstance({ seed: 3 });
    const { engine, sources } = await writeTables(instance, folder);
    const history = [`${folder}/past.csv`], { users, contracts } = instance;
    const days = ["2025-08-14", "20250814", "2025-08-14T23:59:00-05:00", "2025-08-15"];
    const lines = days.map((day) => `${users.at(0)},${contracts[0]},${day}`);
    const text = `user_id,contract_address,offered_at\n${lines.join("\n")}\n`;
    await Deno.writeTextFile(history[0], text);
    const options = { asOf, cooldown: "contract=1drop" };
    const before = await engineBefore({ history }, options);
    const result = await allocateInDuckDb({ ...engine, policy: defaultPolicy, before });
    const { input } = await readDrop({ ...sources, history }, {
      ...{ duplicates: "largest", ...options },
    });
    assertEquals([input.history!.drops, dropsOf(result.history!.days)], [2, 2]);
  }));

Deno.test("DuckDB: history that can't be read is one line that says why", () =>
  withFolder(async (folder) => {
    const instance = tinyInstance({ seed: 3 });
    const { engine } = await writeTables(instance, folder);
    const path = `${folder}/past.csv`;
    const run = async (text: string, options: BeforeOptions) => {
      await Deno.writeTextFile(path, text);
      const before = await engineBefore({ history: [path] }, options);
      return await allocateInDuckDb({ ...engine, policy: defaultPolicy, before });
    };
    const cases: [string, BeforeOptions, string][] = [
      ["user_id\nu\n", {}, "missing column contract_address"],
      [
        "user_id,contract_address\nu,c\n",
        { asOf, cooldown: "contract=3d" },
        "it has no offered_at, which cooldown contract=3d needs",
      ],
      [
        "user_id,contract_address,offered_at\nu,c,2025-02-30\n",
        { asOf, cooldown: "contract=3d" },
        'offered_at is "2025-02-30", expected a date',
      ],
      [
        "user_id,contract_address,offered_at\nu,c,2025-02-20\nu,d,last week\n",
        { asOf, cooldown: "contract=3d" },
        'offered_at is "last week", expected a date',
      ],
      [
        "user_id,contract_address,outcome\nu,c,refused\n",
        { declineFactor: 0.5 },
        'outcome is "refused", expected offered, selected',
      ],
      [
        "user_id,contract_address,score\nu,c,high\n",
        { rotate: 1 },
        'score is "high", expected a finite number',
      ],
      ["user_id,contract_address\n,c\n", {}, 'past.csv:2: user_id is "", expected an id'],
      ["user_id,contract_address\n,\nu,\n", {}, 'past.csv:3: contract_address is "", expected'],
    ];
    for (const [text, options, expected] of cases) {
      await assertRejects(() => run(text, options), InputError, expected);
    }
    // Of rows after the drop's day only the day counts, as on one machine; the day itself is not after it.
    const scoreOn = (day: string) => `user_id,contract_address,offered_at,score\nu,c,${day},high\n`;
    const at20 = { asOf: "2025-08-20", rotate: 1 };
    for (const day of ["2025-08-21", "20250821", "2025-08-21T00:00:00Z"]) {
      assertEquals((await run(scoreOn(day), at20)).history!.laterRows, 1, day);
    }
    await assertRejects(() => run(scoreOn("20250820"), at20), InputError, "past.csv:2: score");
  }));
