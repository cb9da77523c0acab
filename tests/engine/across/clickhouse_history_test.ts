/** History in ClickHouse tables, of old servers and of current ones, is what it is to the reader of this machine. */
import type { BeforeOptions } from "../../../lib/allocator/drop/applied/before_options.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { chdbTest, startChdb } from "../../support/chdb.ts";
import { onClickHouse } from "../../support/database.ts";
import { ALL_TESTS } from "../../support/effort.ts";
import { engineBefore, writeBefore, writeTables } from "../../support/engine_before.ts";
import { putDrop } from "../../support/engine_drop.ts";
import { compareWithLocal, judge } from "../../support/engine_judge.ts";
import { assertTallied } from "../../support/engine_tally.ts";
import { tinyInstance } from "../../support/engine_instance.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { type ClickHouseTestServer, serverTest, startClickHouse } from "../../support/servers.ts";
import { withFolder } from "../../support/temp_folder.ts";

const asOf = "2025-08-29";

const CASES: [name: string, options: BeforeOptions, dated: boolean, policy: Partial<Policy>][] = [
  [
    "cooldown in days, of contracts and brands",
    { asOf, cooldown: "contract=8d,brand=4w" },
    true,
    {},
  ],
  ["rotation and declines", { asOf, rotate: 0.5, declineFactor: 0.9 }, true, { model: "coverage" }],
  ["drops without dates", { cooldown: "contract=2drops,brand=1drop", rotate: 1 }, false, {}],
];

/** Puts files of history into tables that every server has; their names. */
async function putHistory(
  servers: readonly ClickHouseTestServer[],
  name: string,
  files: readonly string[],
): Promise<string[]> {
  const tables = files.map((_, at) => `${name}_past${at}`);
  for (const [at, file] of files.entries()) {
    const text = await Deno.readTextFile(file);
    const columns = text.slice(0, text.indexOf("\n")).split(",").map((column) =>
      `${column} ${column === "outcome" ? "Nullable(String)" : "String"}`
    );
    for (const { port } of servers) {
      await onClickHouse(
        port,
        `CREATE TABLE ${tables[at]} (${columns.join(", ")}) ENGINE = Memory`,
      );
      await onClickHouse(port, `INSERT INTO ${tables[at]} FORMAT CSVWithNames\n${text}`);
    }
  }
  return tables;
}

async function historyCase(
  servers: readonly ClickHouseTestServer[],
  n: number,
): Promise<void> {
  await withFolder(async (folder) => {
    const [, options, dated, change] = CASES[n], name = `with_past${n}`;
    const instance = randomInstance({
      seed: 260 + n,
      users: 200,
      contracts: 16,
      groups: 4,
      brands: 6,
      capShare: 0.3,
      ratios: [0.1, 0.3],
      negativeShare: 0.1,
    });
    const { sources } = await writeTables(instance, folder);
    const files = await writeBefore(instance, folder, { seed: n, rows: 600, dated });
    const drop = await putDrop(servers, name, instance);
    const history = await putHistory(servers, name, files.history);
    const filter = n % 2 === 0 ? { minScore: 0.2 } : { topN: 5 };
    const policy = { ...defaultPolicy, ...change }, outTable = `${name}_out`;
    const before = await engineBefore({ history, bans: files.bans }, options);
    const result = await allocateInClickHouse({ ...drop, outTable, policy, before }, filter);
    const { instance: local, input } = await readDrop({ ...sources, ...files }, {
      duplicates: "largest",
      ...options,
      ...filter,
    });
    assertEquals(result.gathered.pairs, local.score.length);
    const { history: facts } = result;
    assertTallied(result, input);
    assertEquals(
      [facts!.rows, facts!.laterRows, facts!.days.length],
      [input.history!.rows, input.history!.rows_after_as_of, input.history!.drops],
    );
    await judge(local, policy, servers[0].port, outTable, result);
    await compareWithLocal(local, policy, result);
  });
}

serverTest(
  ["clickhouse"],
  "ClickHouse: history keeps out and scales the pairs that it does on one machine",
  async (t) => {
    await using two = await startClickHouse(2);
    for (const [n, [name]] of CASES.entries()) {
      // In a usual run dates and drops without them; DuckDB has all cases.
      if (!ALL_TESTS && n === 1) continue;
      await t.step(name, () => historyCase(two.servers, n));
    }
    await t.step("what can't be read is one line that says why", async () => {
      const instance = tinyInstance({ seed: 3, ratios: [0] });
      const servers = two.servers.slice(0, 1), [{ port }] = servers;
      const drop = await putDrop(servers, "odd", instance);
      await onClickHouse(
        port,
        `CREATE TABLE odd_past (user_id String, contract_address String, offered_at String) ENGINE = Memory;
INSERT INTO odd_past VALUES ('u', 'c', 'last week')`,
      );
      const run = async (table: string, options: BeforeOptions = {}) => {
        const before = await engineBefore({ history: [table] }, options);
        const input = { ...drop, outTable: "odd_out", policy: defaultPolicy, before };
        await allocateInClickHouse(input);
      };
      await assertRejects(
        () => run("odd_past", { asOf, cooldown: "contract=3d" }),
        InputError,
        'table odd_past: offered_at is "last week", expected a date',
      );
      await assertRejects(() => run("no_past"), InputError, "there is no table no_past");
      await assertRejects(() => run("odd_groups"), InputError, "no column contract_address");
    });
  },
);

chdbTest("the current ClickHouse: history too", async () => {
  await using chdb = await startChdb();
  const never = () => Promise.reject(new Error("chdb lives and dies with its test"));
  await historyCase([{ ...chdb, tcpPort: 0, kill: never, restart: never }], 1);
});
