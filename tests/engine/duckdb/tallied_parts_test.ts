/** Why pairs are left out is counted the same where they are split by user. */
import { InputError } from "../../../lib/base/errors.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { DuckDbStore } from "../../../lib/engine/duckdb/store.ts";
import { splitMarks } from "../../../lib/engine/duckdb/tallied_parts.ts";
import { WorkFolder } from "../../../lib/engine/duckdb/work_folder.ts";
import type { TableColumns } from "../../../lib/engine/sql/store/dialect.ts";
import { TABLES } from "../../../lib/engine/sql/files/file_run.ts";
import {
  type PairMarks,
  type Tallied,
  tallyPairs,
} from "../../../lib/engine/sql/pairs/tally_sql.ts";
import type { Columns } from "../../../lib/engine/drop/task.ts";
import { withFolder } from "../../support/temp_folder.ts";

const CONTRACTS = ["a", "b", "c", "d", "e"];
const COLUMNS = { contracts: CONTRACTS, withoutCap: ["gone"] } as unknown as Columns;

/** What is told of the rows of `marked`. */
const MARKS: PairMarks = {
  source: "marked",
  ...{ pinned: "pin <> ''", banned: "ban = 1", hadContract: "had = 1", hadBrand: "had = 2" },
  declined: "declines > 0",
};

/** Runs with a store that has rows about some users, some of them repeated, and groups of most of these. */
async function withStore(work: (store: DuckDbStore, folder: WorkFolder) => Promise<void>) {
  await withFolder(async (path) => {
    const folder = await WorkFolder.open(path, `${path}/out.csv`, false);
    const store = await DuckDbStore.open(folder.database, {
      ...{ memory: "500MB", threads: 2, spill: folder.spill },
    });
    const random = seededRandom(8), rows: string[][] = [];
    for (let u = 0; u < 120; u++) {
      for (const contract of [...CONTRACTS, "gone"]) {
        // The same for all rows of a pair.
        const told = [random.below(5) === 0 ? "pin0" : "", random.below(8), random.below(12)];
        const declines = random.below(3);
        for (let times = random.below(4); times > 0; times--) {
          const score = random.below(100) / 100 - 0.2;
          rows.push([`u${u}`, contract, `${score}`, ...told.map(String), `${declines}`]);
        }
      }
    }
    const columns: TableColumns = {
      user_id: "user",
      contract_address: "text",
      value: "real",
      pin: "text",
      ban: "whole",
      had: "whole",
      declines: "whole",
    };
    const owners = Array.from({ length: 110 }, (_, u) => [`u${u}`]);
    try {
      await store.makeTable("marked", columns, "user_id", {});
      await store.insert(0, "marked", columns, rows, {});
      await store.makeTable("owners", { user_id: "user" }, "user_id", {});
      await store.insert(0, "owners", { user_id: "user" }, owners, {});
      await work(store, folder);
    } finally {
      store.close();
    }
  });
}

Deno.test("DuckDB: pairs are counted alike split by user, parts without rows among them", () =>
  withStore(async (store, folder) => {
    const tallied: Tallied = { store, tables: TABLES, userGroups: "owners", marks: MARKS };
    const rules = { minScore: 0.1, topN: 2 };
    const whole = await tallyPairs(tallied, COLUMNS, rules, 1, {});
    assert(whole.conflicts > 20 && whole.banned > 5 && whole.coolingByBrand > 1);
    assert(whole.declined > 1 && whole.belowLeast > 5 && whole.beyondTopN > 5);
    for (const parts of [3, 7, 300]) {
      let files = 0;
      const found = await tallyPairs(
        {
          ...{ ...tallied, rowsAtATime: 1 },
          split: async (asked, control) => {
            const split = await splitMarks(store, folder, MARKS, asked, control);
            files = split === null
              ? 0
              : (await Array.fromAsync(Deno.readDir(folder.tallied))).length;
            return split;
          },
        },
        ...[COLUMNS, rules, parts, {}] as const,
      );
      assertEquals(found, whole);
      assertEquals(files > 0, parts >= 5, `${parts} parts`);
    }
  }));

Deno.test("DuckDB: where nothing is told of pairs, or there are none, they are counted too", () =>
  withStore(async (store, folder) => {
    const never = "1 = 0";
    const plain = {
      source: "marked",
      ...{ pinned: never, banned: never, hadContract: never, hadBrand: never, declined: never },
    };
    const tallied: Tallied = {
      ...{ store, tables: TABLES, userGroups: "owners", marks: plain, rowsAtATime: 1 },
      split: (asked, control) => splitMarks(store, folder, plain, asked, control),
    };
    const rules = { minScore: 0.1, topN: Infinity };
    const { split: _, ...unsplit } = tallied;
    const whole = await tallyPairs(unsplit, COLUMNS, rules, 20, {});
    assertEquals(await tallyPairs(tallied, COLUMNS, rules, 20, {}), whole);
    await store.run("DELETE FROM owners", {});
    assertEquals((await tallyPairs(tallied, COLUMNS, rules, 20, {})).pairs, 0);
  }));

Deno.test("DuckDB: where the disk has no room to split pairs, each part reads all of them", () =>
  withStore(async (store, folder) => {
    const asked = { parts: 9, where: "1 = 1", partOf: "hash(user_id) % 9" };
    const full = (error: Error) =>
      Object.create(store, { run: { value: () => Promise.reject(error) } }) as DuckDbStore;
    const room = new InputError("DuckDB: IO Error: No space left on device");
    assertEquals(await splitMarks(full(room), folder, MARKS, asked, {}), null);
    await assertRejects(() => Deno.stat(folder.tallied), Deno.errors.NotFound);
    const other = new InputError("DuckDB: Binder Error");
    await assertRejects(
      () => splitMarks(full(other), folder, MARKS, asked, {}),
      InputError,
      "Binder",
    );
  }));
