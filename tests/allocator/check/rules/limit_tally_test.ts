import { checkAssignments } from "../../../../lib/allocator/check/check.ts";
import { LimitTally } from "../../../../lib/allocator/check/rules/limit_tally.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { type Row, tableOf } from "../../../support/assignment_table.ts";

const policy: Policy = { ...defaultPolicy, k: 3, covW: [], sponsoredBonus: 0, shortfallPrice: 1 };

/** Users who may all have every contract, at 0.5; contracts have brands and a column that limits may count. */
function dropOf(
  users: readonly string[],
  contracts: Readonly<Record<string, { count: number; brand?: string; cap?: number }>>,
  limits: LimitInput[],
  ineligible: readonly string[] = [],
): Drop {
  return Drop.from({
    users: users.map((id) => ({ id, group: "g", attributes: { city: id[0] } })),
    contracts: Object.entries(contracts).map(([id, { count, brand, cap = users.length }]) => ({
      id,
      cap,
      sponsored: false,
      brand: brand ?? "x",
      attributes: { count },
    })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: users.flatMap((user) =>
      Object.keys(contracts).map((contract) => ({ user, contract, score: 0.5 }))
    ).filter(({ user, contract }) => !ineligible.includes(`${user} ${contract}`)),
    limits,
  });
}

function judged(drop: Drop, rows: readonly [user: string, contract: string][]) {
  const table = tableOf(rows.map(([user, contract]): Row => [user, contract, 0.5]));
  const { rules, ...report } = checkAssignments(drop.instance, table, policy);
  const casesOf = (rule: string) => rules.find((one) => one.rule === rule)?.cases;
  return { report, most: casesOf("limit_at_most"), least: casesOf("limit_at_least") };
}

Deno.test("limit tally: whole numbers are compared as they are, however large, decimals to a part in 10^9", () => {
  const excess = (count: number, atMost: number) => {
    const drop = dropOf(["a"], { c: { count } }, [{ limit: "l", counts: "count", atMost }]);
    return judged(drop, [["a", "c"]]).most!.length;
  };
  assertEquals([excess(4e9, 4e9), excess(4e9 + 1, 4e9), excess(4e9 - 1, 4e9)], [0, 1, 0]);
  // A difference that is whole of amounts that are not is rounding as any other.
  assertEquals([excess(4e9 + 1.5, 4e9 + 0.5), excess(4e9 + 12.5, 4e9 + 0.5)], [0, 1]);
  // So is one that is not whole from an amount that is.
  assertEquals([excess(1 + 1e-9, 1), excess(1 + 3e-9, 1)], [0, 1]);
  // It is a part of both figures: of larger ones more.
  assertEquals([excess(50.5 + 5e-8, 50.5), excess(50.5 + 5e-7, 50.5)], [0, 1]);
  assertEquals([excess(0.01 + 1e-9, 0.01), excess(0.01 + 1e-12, 0.01)], [1, 0]);
});

Deno.test("limit tally: cases are in the order of limits, then of values", () => {
  // Pairs come by tea of z before rum of x; the limits are declared the other way round.
  const contracts = { a: { count: 1, brand: "z" }, b: { count: 1, brand: "x" } };
  const users = ["ann", "bob", "cat"];
  const drop = (amount: Partial<LimitInput>) =>
    dropOf(users, { ...contracts, c: { count: 1, brand: "y" } }, [
      { limit: "second", per: "brand_id+city", ...amount },
      { limit: "first", ...amount },
    ]);
  const rows = users.flatMap((user) =>
    ["a", "b", "c"].map((contract): [string, string] => [user, contract])
  );
  const namesOf = (cases: readonly object[] | undefined) =>
    cases!.map((one) => Object.values(one).filter((value) => typeof value === "string").join(" "));
  const first = ["a", "b", "c"].map((city) => `second brand_id=x, city=${city}`);
  const further = ["a", "b"].map((city) => `second brand_id=y, city=${city}`);
  const { most } = judged(drop({ atMost: 0 }), rows);
  assertEquals(namesOf(most), [...first, ...further]);
  const { least } = judged(drop({ atLeast: 10 }), []);
  assertEquals(namesOf(least), [...first, ...further]);
  const whole = dropOf(users, contracts, [
    { limit: "whole", atMost: 0 },
    { limit: "brands", per: "brand_id", atMost: 0 },
    { limit: "again", atMost: 1 },
  ]);
  assertEquals(namesOf(judged(whole, [["ann", "a"], ["bob", "b"]]).most), [
    "whole",
    "brands brand_id=x",
    "brands brand_id=z",
    "again",
  ]);
});

Deno.test("limit tally: rules are listed where there are such limits, and those with a price are none", () => {
  const of = (limit: Omit<LimitInput, "limit">) => {
    const { most, least, report } = judged(
      dropOf(["a"], { c: { count: 1 } }, [{ limit: "l", ...limit }]),
      [["a", "c"]],
    );
    return [most?.length, least?.length, report.limit_penalty, report.limit_shortfall];
  };
  assertEquals(of({ atMost: 0 }), [1, undefined, 0, 0]);
  assertEquals(of({ atLeast: 3 }), [undefined, 1, 2, 2]);
  assertEquals(of({ atMost: 0, price: 0.5 }), [undefined, undefined, 0.5, 0]);
  assertEquals(of({ atLeast: 3, price: 0.5 }), [undefined, undefined, 1, 0]);
  assertEquals(of({ atLeast: 3, atMost: 4 }), [0, 1, 2, 2]);
  assertEquals(of({ atLeast: 1, atMost: 1 }), [0, 0, 0, 0]);
});

Deno.test("limit tally: what can be reached is what users may have at most, and what contracts may give", () => {
  const reachable = (
    contracts: Parameters<typeof dropOf>[1],
    per: string,
    ineligible: string[] = [],
  ) => {
    const limits: LimitInput[] = [{ limit: "l", per, counts: "count", atLeast: 100 }];
    const { least } = judged(dropOf(["ann", "bob"], contracts, limits, ineligible), []);
    return least!.map(({ reachable_at_most }) => reachable_at_most);
  };
  // Three of four each, those that count most.
  const four = { a: { count: 1 }, b: { count: 5 }, c: { count: 2 }, d: { count: 3 } };
  assertEquals(reachable(four, ""), [20]);
  // Caps are less than that: 1 + 2 × 5 + 2 + 0.
  const capped = { a: { count: 1, cap: 1 }, b: { count: 5 }, c: { count: 2, cap: 1 } };
  assertEquals(reachable(capped, ""), [13]);
  assertEquals(reachable(capped, "contract_address"), [1, 10, 2]);
  // Bob alone may have b: his pairs are not ann's.
  assertEquals(reachable({ a: { count: 1 }, b: { count: 5 } }, "", ["ann b"]), [7]);
  assertEquals(reachable({ a: { count: 1 }, b: { count: 5 } }, "", ["ann a", "bob b"]), [6]);
  assertEquals(reachable({ a: { count: 0 }, b: { count: 5 } }, "contract_address"), [0, 10]);
});

Deno.test("limit tally: what is missed costs its price, and its rounding is of the figures' size", () => {
  const { instance } = dropOf(["a"], { c: { count: 3 } }, [
    { limit: "most", counts: "count", atMost: 2, price: 4 },
    { limit: "least", counts: "count", atLeast: 5 },
    { limit: "share", where: { group_id: "g" }, shareOf: "offers", atMost: 0.25, price: 8 },
    { limit: "rule", atMost: 0 },
    { limit: "kept", atMost: 2, price: 16 },
  ]);
  const tally = new LimitTally(DeclaredLimits.of(instance)!);
  tally.add(0, 0, 0);
  assertEquals([0, 1, 2, 3, 4].map((l) => tally.beyond(l)), [1, 2, 0.75, 1, 0]);
  assertEquals(tally.sum(2), {
    penalty: 4 * 1 + 2 * 2 + 8 * 0.75,
    missing: 2,
    size: 4 * (3 + 2) + 2 * (3 + 5) + 8 * (1 + 0.25),
  });
  tally.add(0, 0, 0, 3);
  assertEquals([0, 1, 2, 3, 4].map((l) => tally.beyond(l)), [10, 0, 3, 4, 2]);
});
