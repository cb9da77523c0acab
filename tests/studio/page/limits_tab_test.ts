import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import type { VNode } from "../../../lib/deps/preact.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { LimitsTab } from "../../../lib/studio/page/limits_tab.ts";
import type { Shown, Store } from "../../../lib/studio/page/store.ts";

Deno.test("studio's page: a limit's contract has its name beside its id", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "all" }],
    contracts: [
      { id: "c1", cap: 1, sponsored: false, attributes: { name: "Green tea" } },
      { id: "c2", cap: 1, sponsored: false, attributes: { name: "" } },
    ],
    groups: [{ id: "all", ratio: 0 }],
    pairs: ["c1", "c2"].map((contract) => ({ user: "ann", contract, score: 1 })),
    limits: [{ limit: "each", per: ["contract_address"], atLeast: 1 }],
  });
  const { limits } = reportFacts(drop, await allocate(drop));
  const tab = LimitsTab({
    store: { stale: false } as Store,
    shown: { result: { limits } } as Shown,
  }) as VNode<{ rows: unknown[]; textOf: (row: unknown) => string }>;
  const { rows, textOf } = tab.props;
  assertEquals(rows.map((row) => textOf(row).split(" at_least")[0]), [
    "each contract_address=Green tea (c1)",
    "each contract_address=c2",
  ]);
});
