/** What a dialect owes, and that the rest follows from it. */
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { Cluster } from "../../../../lib/engine/clickhouse/shards.ts";
import { ClickHouseStore } from "../../../../lib/engine/clickhouse/store.ts";
import { DuckDbDialect } from "../../../../lib/engine/duckdb/dialect.ts";
import { allocateInDuckDb } from "../../../../lib/engine/duckdb/open_drop.ts";
import { DuckDbStore } from "../../../../lib/engine/duckdb/store.ts";
import { Dialect } from "../../../../lib/engine/sql/store/dialect.ts";
import { clickhouseAt } from "../../../support/database.ts";
import { assertQuickAndOwed, assertWords } from "../../../support/dialect_words.ts";
import { ALL_TESTS } from "../../../support/effort.ts";
import { readRows, writeFiles } from "../../../support/engine_files.ts";
import { FEW_POLICIES, policies } from "../../../support/engine_policies.ts";
import { OwedDialect } from "../../../support/owed_dialect.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { serverTest, startClickHouse } from "../../../support/servers.ts";
import { withFolder } from "../../../support/temp_folder.ts";

const text = (path: string) => Deno.readTextFile(new URL(`../../../../${path}`, import.meta.url));

/** Names in a table of docs/engine.md. */
function listed(page: string, title: string): string[] {
  const table = page.slice(page.indexOf(title)).split("\n\n")[0];
  return [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name).toSorted();
}

Deno.test("docs/engine.md names every function that a dialect owes or may have, and no other", async () => {
  const source = await text("lib/engine/sql/store/dialect.ts"), page = await text("docs/engine.md");
  const owed = [...source.matchAll(/^ {2}abstract (?:readonly )?(\w+)/gm)].map(([, name]) => name);
  owed.sort();
  const inherited = Object.getOwnPropertyNames(Dialect.prototype).toSorted();
  assertEquals(listed(page, "| it owes"), owed);
  assertEquals(
    listed(page, "| it may have"),
    inherited.filter((name) => name !== "constructor" && name !== "item"),
  );
  // The dialect of these tests has what is owed, and nothing else of an engine's.
  const own = Object.getOwnPropertyNames(OwedDialect.prototype).toSorted();
  assertEquals(own.filter((name) => name !== "constructor"), owed);
});

Deno.test("DuckDB: quick ways, and what follows from the functions owed, give the same", () =>
  withFolder(async (folder) => {
    const settings = { memory: "200MB", threads: 1, spill: `${folder}/spill` };
    const store = await DuckDbStore.open(`${folder}/words.db`, settings);
    try {
      await assertQuickAndOwed(store.dialect, (sql) => store.rowsOverAll(sql, {}));
    } finally {
      store.close();
    }
  }));

serverTest(
  ["clickhouse"],
  "ClickHouse: quick ways give what the functions of a dialect should",
  async () => {
    await using cluster = await startClickHouse(1);
    const server = clickhouseAt(cluster.servers[0].port);
    const store = new ClickHouseStore(
      { shards: [{ server }], userType: "String" } as never as Cluster,
    );
    await assertWords(store.dialect, async (sql) => (await store.rows(sql, {}))[0]);
  },
);

Deno.test("what an engine owes is enough: DuckDB without its quick ways allocates the same", async (t) => {
  for (const [n, [name, change, inSql]] of policies.entries()) {
    if (!inSql || !ALL_TESTS && !FEW_POLICIES.has(name)) continue;
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = randomInstance({
          seed: 40 + n,
          users: 80,
          contracts: 16,
          groups: 4,
          brands: 7,
          capShare: 0.25,
          density: 0.4,
          ratios: [0, 0.1, 0.3, 0.5],
        });
        const policy = { ...defaultPolicy, ...change };
        const files = await writeFiles(instance, folder);
        const allocate = async (dialect: Dialect) => {
          const result = await allocateInDuckDb({ ...files, policy, memory: "500MB" }, {
            sampleUsers: 40,
            togetherUsers: 40,
            passes: 3,
            gap: 1e-4,
            topN: 6,
          }, dialect);
          return { result, rows: await readRows(files.out) };
        };
        const quick = await allocate(new DuckDbDialect());
        const owed = await allocate(new OwedDialect(new DuckDbDialect()));
        assertEquals(owed.rows, quick.rows);
        assertAlmostEquals(owed.result.bound, quick.result.bound, 1e-9);
        assertAlmostEquals(owed.result.objective, quick.result.objective, 1e-9);
        assertEquals(owed.result.broken, []);
      }));
  }
});
