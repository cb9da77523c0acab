/** Statements on ClickHouse, with tables that travel with them. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { ClickHouseStore } from "../../../lib/engine/clickhouse/store.ts";
import type { Cluster } from "../../../lib/engine/clickhouse/shards.ts";
import type { SmallTable } from "../../../lib/engine/sql/store/store.ts";
import { clickhouseAt } from "../../support/database.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";

serverTest(
  ["clickhouse"],
  "ClickHouse: a statement of any length reads its small tables",
  async () => {
    await using cluster = await startClickHouse(1);
    const server = clickhouseAt(cluster.servers[0].port);
    const store = new ClickHouseStore(
      { shards: [{ server }], userType: "String" } as never as Cluster,
    );
    const tables: SmallTable[] = [
      {
        name: "_named",
        columns: { place: "whole", id: "text" },
        rows: [["0", "a\tb"], ["7", "é\n"], ["19999", "last"]],
      },
      { name: "_none", columns: { place: "whole" }, rows: [] },
    ];
    // Servers take fields of forms up to 128 KiB.
    for (const numbers of [10, 200, 20_000]) {
      const values = Array.from({ length: numbers }, (_, i) => i + 0.125);
      const key = store.dialect.lookup("place", values, -1);
      const sql =
        `SELECT id, ${key} FROM _named WHERE place NOT IN (SELECT place FROM _none) ORDER BY place`;
      const value = (place: number) => `${place < numbers ? place + 0.125 : -1}`;
      assertEquals(await store.rows(sql, {}, tables), [
        [["a\tb", value(0)], ["é\n", value(7)], ["last", value(19999)]],
      ], `${sql.length} characters`);
    }
  },
);
