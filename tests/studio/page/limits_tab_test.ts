import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import type { VNode } from "../../../lib/deps/preact.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import type { LimitRow } from "../../../lib/allocator/explain/limit_rows.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { amountInWords, usedInWords } from "../../../lib/report/facts/limit_facts.ts";
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

Deno.test("studio's page: a limit's amounts are shown as reports show them", async () => {
  const costs = [1234567.25, 0.5], users = ["ann", "bob", "cy"];
  const drop = Drop.from({
    users: users.map((id) => ({ id, group: "all" })),
    contracts: costs.map((cost, c) => (
      { id: `c${c}`, cap: 3, sponsored: false, attributes: { cost } }
    )),
    groups: [{ id: "all", ratio: 0 }],
    pairs: users.map((user, u) => ({ user, contract: `c${u % 2}`, score: 1 })),
    limits: [
      { limit: "budget", counts: "cost", atMost: 2469134.75 },
      { limit: "little", counts: "cost", atMost: 1234567.5 },
    ],
  });
  const { limits } = reportFacts(drop, await allocate(drop));
  type Cells = { title: string; cell: (row: LimitRow) => unknown }[];
  const tab = LimitsTab({
    store: { stale: false } as Store,
    shown: { result: { limits } } as Shown,
  }) as VNode<{ rows: LimitRow[]; columns: Cells }>;
  const { rows, columns } = tab.props;
  const cells = (title: string) => rows.map(columns.find((c) => c.title === title)!.cell);
  assertEquals(cells("Amount"), rows.map(amountInWords));
  assertEquals(cells("Counted"), rows.map((row) => usedInWords(row.used, row)));
  assertEquals(cells("Amount"), ["2,469,134.75", "1,234,567.5"]);
});
