import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { DuckDbStore } from "../../../../lib/engine/duckdb/store.ts";
import { steadySum } from "../../../../lib/engine/sql/store/steady_sum.ts";
import { withFolder } from "../../../support/temp_folder.ts";

const UNITS = [1, 0.01, 1e-280, 1e6], COUNT = 5000;

function withStore(run: (store: DuckDbStore) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const settings = { memory: "500MB", threads: 2, spill: `${folder}/spill` };
    const store = await DuckDbStore.open(`${folder}/sums`, settings);
    try {
      await run(store);
    } finally {
      store.close();
    }
  });
}

Deno.test("sums of doubles have the same bits in any order, and lose nothing", () =>
  withStore(async (store) => {
    for (const unit of UNITS) {
      const random = seededRandom(7);
      const numbers = Array.from({ length: COUNT }, () => unit * (random.next() - 1 / 3));
      const columns = { place: "whole", x: "real" } as const;
      const rows = numbers.map((x, place) => [`${place}`, `${x}`]);
      await store.makeTable("numbers", columns, "place", {});
      await store.insert(0, "numbers", columns, rows, {});
      const sums: number[] = [], plain = new Set<number>();
      // A sum in the order of a hash, for several hashes.
      for (const seed of [1, 2, 3, 4]) {
        const order = `(SELECT x FROM numbers ORDER BY hash(place + ${seed} * 7919)) AS shuffled`;
        const parts = steadySum(store.dialect, "x", unit).join(", ");
        const [row] = (await store.rows(`SELECT ${parts}, sum(x) FROM ${order}`, {})).flat();
        const [whole, rest, dust, sum] = row.map(Number);
        sums.push(whole + (rest + dust));
        plain.add(sum);
      }
      assertEquals(new Set(sums).size, 1);
      assert(plain.size > 1, "orders differ: a plain sum has other last digits");
      const expected = numbers.reduce((sum, x) => sum + x, 0);
      assertAlmostEquals(sums[0] / unit, expected / unit, 1e-9);
    }
  }));

Deno.test("a number far above the unit counts whole, one far below it as it is", () =>
  withStore(async (store) => {
    for (const x of [1e250, -1e250, 3e-30, -7e-300, 0]) {
      const parts = steadySum(store.dialect, "x", 1).join(", ");
      const from = `(SELECT ${store.dialect.number(x)} AS x) AS one`;
      const [row] = (await store.rows(`SELECT ${parts} FROM ${from}`, {})).flat();
      const [whole, rest, dust] = row.map(Number);
      assertEquals(whole + (rest + dust), x);
    }
  }));
