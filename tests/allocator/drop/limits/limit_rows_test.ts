import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { limitFamilies } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { cellsOf } from "../../../../lib/allocator/drop/instance/limits.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";

Deno.test("limits: each combination of values has its own rows, however many columns make it and whatever offers count", () => {
  const users = ["ann", "bob", "cem", "dee"], contracts = ["tea", "cake", "pie"];
  const { instance } = Drop.from({
    users: users.map((id, u) => ({ id, group: u % 2 === 0 ? "north" : "south" })),
    contracts: contracts.map((id) => ({ id, cap: 4, sponsored: id === "tea" })),
    groups: ["north", "south"].map((id) => ({ id, ratio: 0 })),
    pairs: users.flatMap((user) => contracts.map((contract) => ({ user, contract, score: 1 }))),
  });
  const cost = instance.score.map((_, p) => p + 1);
  const attributes = { ...noAttributes(), eligNumbers: new Map([["cost", cost]]) };
  // No column, one, two in both orders (codes 0 and 1 of one are not 1 and 0 of the other), three; a most and a least.
  const pers = [
    "",
    "group_id",
    "group_id+contract_address",
    "contract_address+group_id",
    "user_id+group_id+contract_address",
  ];
  const compiled = (counts?: string) =>
    compileLimits(
      instance,
      limitFamilies(pers.map((per, f) => ({
        limit: `limit ${f}`,
        ...(per !== "" && { per }),
        ...(counts !== undefined && { counts }),
        atMost: 9,
        atLeast: 1,
      }))),
      attributes,
    ).rows;
  const offers = compiled(), money = compiled("cost");
  assertEquals(money.key, offers.key);
  assertEquals(money.family, offers.family);
  const rowsOfFamily = pers.map((_, f) => offers.family.filter((family) => family === f).length);
  assertEquals(rowsOfFamily, [2, 4, 12, 12, 24]);
  const rowsOf = ({ item, start, row }: typeof offers, p: number) =>
    row.slice(start[item[p]], start[item[p] + 1]);
  for (let p = 0; p < cost.length; p++) {
    assertEquals(rowsOf(money, p), rowsOf(offers, p));
    assertEquals(rowsOf(money, p).length, 2 * pers.length);
    const start = money.start[money.item[p]], end = money.start[money.item[p] + 1];
    assertEquals(
      [...money.coefficient.slice(start, end)].map(Math.abs),
      Array(end - start).fill(cost[p]),
    );
  }
});

Deno.test("limits: what each pair counts is its own number, what is taken off it for a share, or nothing", () => {
  const { instance } = Drop.from({
    users: ["ann", "bob"].map((id) => ({ id, group: "north" })),
    contracts: ["tea", "cake"].map((id) => ({ id, cap: 2, sponsored: id === "tea" })),
    groups: [{ id: "north", ratio: 0 }],
    pairs: ["ann", "bob"].flatMap((user) =>
      ["tea", "cake"].map((contract) => ({ user, contract, score: 1 }))
    ),
  });
  // Pairs are in order of users, sponsored contracts first. Bob's tea costs nothing.
  const cost = Float64Array.of(3, 5, 0, 7);
  const attributes = { ...noAttributes(), eligNumbers: new Map([["cost", cost]]) };
  const { row, start, item, contract, coefficient, family, amount } = compileLimits(
    instance,
    limitFamilies([
      { limit: "budget", counts: "cost", atMost: 10 },
      { limit: "heads", where: { contract_address: "cake" }, atLeast: 1 },
      {
        limit: "share",
        counts: "cost",
        where: { is_sponsored: true },
        atMost: 0.25,
        shareOf: "offers",
      },
    ]),
    attributes,
  ).rows;
  assertEquals([...family], [0, 1, 2]);
  assertEquals([...amount], [10, -1, 0]);
  assertEquals([...item], [0, 1, 2, 3]);
  assertEquals(contract, Uint32Array.from(instance.contract));
  const entries = (p: number) =>
    Array.from(row.slice(start[p], start[p + 1]), (r, e) => [r, coefficient[start[p] + e]]);
  assertEquals(entries(0), [[0, 3], [2, 2.75]]);
  assertEquals(entries(1), [[0, 5], [1, -1], [2, -0.25]]);
  // Nothing toward the budget, so no entry; but it lowers the share.
  assertEquals(entries(2), [[2, -0.25]]);
  assertEquals(entries(3), [[0, 7], [1, -1], [2, -0.25]]);
});

Deno.test("limits: cells and numbers say what items do, where pairs have one number each and cells are few", () => {
  const users = Array.from({ length: 100 }, (_, u) => `u${u}`), contracts = ["tea", "cake"];
  const { instance } = Drop.from({
    users: users.map((id) => ({ id, group: "north" })),
    contracts: contracts.map((id) => ({ id, cap: 2, sponsored: id === "tea" })),
    groups: [{ id: "north", ratio: 0 }],
    pairs: users.flatMap((user) => contracts.map((contract) => ({ user, contract, score: 1 }))),
  });
  // Every fifth costs nothing; numbers that are rounded when 0.1 is taken off them.
  const cost = instance.score.map((_, p) => p % 5 === 0 ? 0 : p / 7);
  const eligNumbers = new Map([["cost", cost], ["weight", cost.map((own) => own + 1)]]);
  const compiled = (...more: { limit: string; counts: string; atMost: number }[]) =>
    compileLimits(
      instance,
      limitFamilies([
        { limit: "budget", per: "contract_address", counts: "cost", atMost: 10, atLeast: 1 },
        { limit: "heads", where: { contract_address: "cake" }, atLeast: 1 },
        {
          limit: "share",
          counts: "cost",
          where: { is_sponsored: true },
          atMost: 0.1,
          shareOf: "offers",
        },
        ...more,
      ]),
      { ...noAttributes(), eligNumbers },
    ).rows;
  const rows = compiled(), cells = cellsOf(rows)!;
  assertEquals(cells.contract.length, 2);
  for (let p = 0; p < cost.length; p++) {
    const c = cells.cell[p];
    assertEquals(cells.contract[c], instance.contract[p]);
    const told = Array.from(cells.row.slice(cells.start[c], cells.start[c + 1]), (r, n) => {
      const e = cells.start[c] + n;
      return [r, cells.fixed[e] + cells.factor[e] * cells.number[p]];
    });
    const own = Array.from(
      rows.row.slice(rows.start[p], rows.start[p + 1]),
      (r, n) => [r, rows.coefficient[rows.start[p] + n]],
    );
    // What counts 0 has no entry, but for shares.
    assertEquals(told.filter(([r, amount]) => amount !== 0 || rows.family[r] === 2), own);
  }
  cells.first.forEach((i, c) => assertEquals(cells.cell[i], c));
  // Other items have no cells, though they were made from these; nor do pairs with two numbers.
  assertEquals(cellsOf({ ...rows, coefficient: rows.coefficient.slice() }), null);
  assertEquals(cellsOf(compiled({ limit: "load", counts: "weight", atMost: 9 })), null);
});
