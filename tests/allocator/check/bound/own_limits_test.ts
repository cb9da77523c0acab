import { LimitPrices } from "../../../../lib/allocator/check/bound/limit_prices.ts";
import { DeclaredLimits } from "../../../../lib/allocator/check/rules/limits.ts";
import { OwnLimits } from "../../../../lib/allocator/check/bound/own_limits.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

/** Two users; both may have a, which weighs 3, u alone b and c, which weigh 2 and 1, v alone d, which weighs 7. */
function divided(limits: readonly LimitInput[], priceOf: (l: number) => number = () => 0) {
  const weights = { a: 3, b: 2, c: 1, d: 7 };
  const { instance } = Drop.from({
    users: [{ id: "u", group: "g" }, { id: "v", group: "g" }],
    contracts: Object.entries(weights).map(([id, weight]) => ({
      id,
      cap: 2,
      sponsored: false,
      attributes: { weight },
    })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["ua", "ub", "uc", "va", "vd"].map(([user, contract]) => ({ user, contract, score: 1 })),
    limits,
  });
  const all = new LimitPrices(DeclaredLimits.of(instance)!, instance);
  all.price.forEach((_, l) => all.price[l] = priceOf(l));
  return { instance, all, ...OwnLimits.divide(instance, all) };
}

const BUDGET: LimitInput = { limit: "budget", per: "user_id", counts: "weight", atMost: 4 };

Deno.test("own limits are those toward which one user's offers alone count, and their prices are taken out of all", () => {
  const limits = [
    BUDGET,
    { limit: "contract", per: "contract_address", atMost: 1 },
    { limit: "all", atMost: 3 },
  ];
  const { all, limits: shared, own } = divided(limits, (l) => l + 1);
  const names = all.declared.limits.map(({ family, values }) => [family.limit, ...values].join());
  const priced = (prices: LimitPrices) => names.filter((_, l) => prices.price[l] > 0).toSorted();
  assertEquals(priced(shared!), ["all", "contract,a"]);
  assertEquals(priced(own!.prices), [
    ...["budget,u", "budget,v", "contract,b", "contract,c", "contract,d"],
  ]);
  all.price.forEach((price, l) => assertEquals(shared!.price[l] + own!.prices.price[l], price));
  assertEquals(own!.users, 2);
  assertEquals([0, 1, 2].map((u) => own!.of(u)?.length), [3, 2, undefined]);
  const none = divided([{ limit: "all", atMost: 3 }]);
  assertEquals([none.own, none.limits], [undefined, none.all]);
});

Deno.test("own limits: what an offer counts toward each, and whether a share is taken of it", () => {
  const share: LimitInput = {
    limit: "share",
    per: "user_id",
    atMost: 0.5,
    shareOf: "offers",
    where: { contract_address: "a" },
  };
  const { own, instance } = divided([BUDGET, share, { limit: "all", atMost: 3 }]);
  const limits = own!.of(0)!;
  const of = (p: number) => own!.countsOf(limits, instance.contract[p], 0, p);
  assertEquals(limits.map(({ limit }) => limit.family.limit), ["budget", "share"]);
  assertEquals(of(0), { counted: [3, 1], belongs: [true, true] });
  assertEquals(of(1), { counted: [2, 0], belongs: [true, true] });
  const only = divided([{ ...BUDGET, atMost: 2, where: { contract_address: "a" } }]);
  assertEquals(only.own!.countsOf(only.own!.of(0)!, 1, 0, 1), { counted: [0], belongs: [false] });
});

Deno.test("own limits: the largest size that they add to a bundle's value, by prices and by what missing them costs", () => {
  const largest = (further: Partial<LimitInput>, price: number) =>
    divided([{ ...BUDGET, ...further }], () => price).own!.largest(2, 10);
  // Of v, whose largest offer weighs 7: at a price of 3 the amount of 4, and twice 7.
  assertEquals(largest({}, 3), 3 * (4 + 14));
  assertEquals(largest({}, 0), 0);
  // With a price of its own each unit beyond costs it too; a least without one costs the shortfall price.
  assertEquals(largest({ price: 0.5 }, 0.25), 0.75 * (4 + 14));
  assertEquals(largest({ atMost: undefined, atLeast: 5 }, 1), 11 * (5 + 14));
  // A share is of as many offers as a user may have.
  assertEquals(largest({ atMost: 0.5, shareOf: "offers" }, 2), 2 * (0.5 * 2 + 14));
  // Limits of one user add up.
  const two = divided([BUDGET, { limit: "few", per: "user_id", atMost: 1 }], () => 1);
  assertEquals(two.own!.largest(2, 10), 4 + 14 + (1 + 2));
});

Deno.test("own limits: a user with very many leaves them to their prices", () => {
  const users = (contracts: number, price = 1) => {
    const ids = Array.from({ length: contracts }, (_, c) => `c${c}`);
    const { instance } = Drop.from({
      users: [{ id: "u", group: "g" }],
      contracts: ids.map((id) => ({ id, cap: 1, sponsored: false })),
      groups: [{ id: "g", ratio: 0 }],
      pairs: ids.map((contract) => ({ user: "u", contract, score: 1 })),
      limits: [{ limit: "contract", per: "contract_address", atMost: 1 }],
    });
    const all = new LimitPrices(DeclaredLimits.of(instance)!, instance);
    all.price.fill(price);
    return OwnLimits.divide(instance, all).own?.users;
  };
  assertEquals([users(200), users(201)], [1, undefined]);
});

Deno.test("own limits: those without a price that even all offers keep are left out, other kinds and those with a price are not", () => {
  const usersOf = (further: Partial<LimitInput>, price = 0) => {
    const { own } = divided([{ ...BUDGET, ...further }], () => price);
    return [0, 1].filter((u) => own?.of(u) !== undefined);
  };
  // The offers of u weigh 6 in all, those of v 10.
  assertEquals(usersOf({ atMost: 5 }), [0, 1]);
  assertEquals(usersOf({ atMost: 6 }), [1]);
  assertEquals(usersOf({ atMost: 10 }), []);
  assertEquals(usersOf({ atMost: 10 }, 0.5), [0, 1]);
  assertEquals(usersOf({ atMost: 6, price: 1 }), [1]);
  assertEquals(usersOf({ atMost: undefined, atLeast: 10 }), [0, 1]);
  const share: Partial<LimitInput> = { counts: "offers", shareOf: "offers" };
  assertEquals(usersOf({ ...share, atMost: 1, where: { contract_address: "a" } }), [0, 1]);
});
