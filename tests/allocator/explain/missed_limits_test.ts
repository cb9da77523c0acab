import { allocate } from "../../../lib/api/allocate.ts";
import { Drop, type DropInput, type LimitInput } from "../../../lib/allocator/drop/drop.ts";
import type { Policy } from "../../../lib/allocator/model/policy.ts";
import {
  isBest,
  limitsFacts,
  missedInWords,
  missedLimits,
} from "../../../lib/report/facts/limit_facts.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { limitsText } from "../../../lib/report/text/limits_text.ts";
import { plain } from "../../../lib/report/text/terminal.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";
import { withMeans } from "../../fuzz/odd_limits.ts";

/** Pairs as [user, contract, score, weight]; contracts with the cap 3 and the brand `x`, those that begin with `s` sponsored. */
function dropOf(pairs: [string, string, number, number?][], limits: LimitInput[]): DropInput {
  const users = [...new Set(pairs.map(([user]) => user))];
  const contracts = [...new Set(pairs.map(([, contract]) => contract))];
  return {
    users: users.map((id) => ({ id, group: "g" })),
    contracts: contracts.map((id) => ({
      id,
      cap: 3,
      sponsored: id.startsWith("s"),
      brand: "x",
      attributes: { kind: "any" },
    })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: pairs.map(([user, contract, score, weight = 1]) => ({
      user,
      contract,
      score,
      attributes: { weight },
    })),
    limits,
  };
}

/** Why the drop's least is missed, in words. */
async function whyMissed(input: DropInput, policy: Partial<Policy> = {}): Promise<string> {
  const drop = Drop.from(input), allocation = await allocate(drop, policy);
  const missed = missedLimits(limitsFacts(drop.instance, allocation)!);
  assertEquals(missed.length, 1);
  return missedInWords(missed[0], isBest(allocation));
}

Deno.test("a least that k keeps is not said to lack eligible pairs", async () => {
  const pairs = ["u1", "u2"].flatMap((user): [string, string, number][] => [
    [user, "a", 0.5],
    [user, "b", 0.5],
  ]);
  const least = { limit: "least", per: "kind", atLeast: 4 };
  assertEquals(
    await whyMissed(dropOf(pairs, [least]), { k: 1 }),
    "users may get too few offers each: 2 at most",
  );
  assertEquals(
    await whyMissed(dropOf(pairs, [{ ...least, atLeast: 5 }]), { k: 2 }),
    "too few eligible pairs: 4 at most",
  );
});

Deno.test("a limit with room, but too little for the pairs that would count, holds a least back", async () => {
  const truck = { limit: "truck", counts: "weight", atMost: 30 };
  const least = { limit: "least", where: { contract_address: "a" }, atLeast: 2 };
  const why = await whyMissed(
    dropOf([["u1", "a", 0.5, 25], ["u2", "a", 0.5, 25], ["u3", "b", 0.1, 1]], [truck, least]),
  );
  assert(why.startsWith("held by truck"), why);
});

Deno.test("caps that allow all pairs are no reason, though sums of decimals differ by their order", async () => {
  const least = { limit: "least", counts: "weight", atLeast: 2 };
  assertEquals(
    await whyMissed(
      dropOf([["u1", "a", 0.5, 0.1], ["u2", "b", 0.5, 0.2], ["u3", "a", 0.5, 0.7]], [least]),
    ),
    "too few eligible pairs: 1 at most",
  );
});

Deno.test("a most that may be exceeded at a price holds a least back", async () => {
  const limits = [{ limit: "most", atMost: 1, price: 3 }, { limit: "least", atLeast: 2, price: 1 }];
  const why = await whyMissed(dropOf([["u1", "a", 0.5], ["u2", "a", 0.5]], limits));
  assert(why.startsWith("held by most"), why);
});

Deno.test("rules on what one user may hold, and offers that cost more than they add, are reasons too", async () => {
  const least = [{ limit: "least", atLeast: 2, price: 1 }];
  assertEquals(
    await whyMissed(dropOf([["u1", "a", 0.5], ["u1", "b", 0.5]], least), { maxPerBrand: 1 }),
    "types, brands or groups' rules keep 1 more pair out",
  );
  assertEquals(
    await whyMissed(dropOf([["u1", "a", -5], ["u2", "a", 0.5]], least)),
    "1 more pair would count and has room, but adds no more than it costs",
  );
  assertEquals(
    await whyMissed(
      dropOf([["u1", "a", 5, 3], ["u1", "b", 0.5, 20]], [
        { limit: "least", counts: "weight", atLeast: 10, price: 0.1 },
      ]),
      { k: 1 },
    ),
    "its users have a (1 user)",
  );
  assertEquals(
    await whyMissed(dropOf([["u1", "s", 1], ["u2", "n", 2], ["u3", "n", 2]], [
      {
        limit: "half",
        atLeast: 0.5,
        shareOf: "offers",
        price: 1.5,
        where: { is_sponsored: "true" },
      },
    ])),
    "every eligible pair that counts is an offer",
  );
  const sponsored: LimitInput = {
    limit: "all",
    atLeast: 1,
    shareOf: "offers",
    price: 1.5,
    where: { is_sponsored: "true" },
  };
  assertEquals(
    await whyMissed(dropOf([["u1", "s", 1], ["u2", "n", 2], ["u3", "n", 2]], [sponsored])),
    "it is met only where no other offer is given, and 2 are",
  );
});

Deno.test("an offer is named as what users have instead only where it stands against a pair that would count", async () => {
  const least = (contract_address: string, price?: number): LimitInput => ({
    limit: "least",
    where: { contract_address },
    atLeast: 1,
    price,
  });
  // There is room for b beside a.
  assertEquals(
    await whyMissed(dropOf([["u1", "a", 0.9], ["u1", "b", -0.5]], [least("b", 0.1)])),
    "1 more pair would count and has room, but adds no more than it costs",
  );
  // A user who may get more: the other limit is what keeps b away, not a.
  const held = await whyMissed(
    dropOf([["u1", "a", 0.9], ["u1", "b", 0.1], ["u2", "b", 0.5]], [
      { limit: "first", where: { contract_address: "b" }, atMost: 1 },
      { ...least("b", 0.1), atLeast: 2 },
    ]),
  );
  assertEquals(held.replace(/ at [\d.]+/, ""), "held by first");
  // One of a brand: c has another one. One type: s is sponsored.
  const input = dropOf([["u1", "a", 0.9], ["u1", "b", 0.1], ["u1", "c", 0.8]], [least("b", 0.1)]);
  const contracts = input.contracts.map((one) => one.id === "c" ? { ...one, brand: "y" } : one);
  assertEquals(
    await whyMissed({ ...input, contracts }, { maxPerBrand: 1 }),
    "its users have a (1 user)",
  );
  assertEquals(
    await whyMissed(
      dropOf([["u1", "a", 0.9], ["u1", "c", 0.9], ["u1", "s", 0.1]], [least("s", 0.1)]),
    ),
    "its users have a (1 user), c (1 user)",
  );
});

Deno.test("a share of which no eligible pair may be a part is not said to have all of them", async () => {
  assertEquals(
    await whyMissed(dropOf([["u1", "a", 0.5], ["u2", "s", 0.5]], [{
      limit: "half",
      per: "user_id",
      where: { is_sponsored: "true" },
      shareOf: "offers",
      atLeast: 0.5,
      price: 0.1,
    }])),
    "no eligible pair counts toward it",
  );
});

Deno.test("of offers that may not be the best nothing is said of what one more would be worth", async () => {
  const limits = [{ limit: "least", atLeast: 2, price: 1 }, { limit: "most", atMost: 0, price: 1 }];
  const drop = Drop.from(dropOf([["u1", "a", -5], ["u2", "a", 3]], limits));
  const { rows } = limitsFacts(drop.instance, await allocate(drop))!;
  assertEquals(rows.map((row) => missedInWords(row, false)), [
    "held by most at 1",
    "going beyond it costs 1 a unit",
  ]);
  // Nothing given, beside the prices of the best allocation: u2's offer would be worth 3.
  const alone = Drop.from(dropOf([["u1", "a", -5], ["u2", "a", 3]], limits.slice(0, 1)));
  const best = await allocate(alone), nobody = Uint32Array.of(0, 0, 0);
  const { limits: other, totals } = reportFacts(alone, {
    ...best,
    offerStart: nobody,
    offerPair: new Uint32Array(0),
    objective: -2,
  });
  const layout = { width: 200, style: plain };
  assertStringIncludes(
    limitsText(other!, layout, totals),
    "least: 0 of at least 2, 2 missing, at a cost of 2; 2 more pairs would count and have room\n",
  );
  assertStringIncludes(
    limitsText(limitsFacts(alone.instance, best)!, layout, reportFacts(alone, best).totals),
    "; 1 more pair would count and has room, but adds no more than it costs\n",
  );
});

Deno.test("what pins take beyond a limit is not said to be worth its price", async () => {
  const input = dropOf([["u1", "a", 0.1]], [{ limit: "most", atMost: 0, price: 5 }]);
  assertEquals(
    await whyMissed({ ...input, pins: [{ user: "u1", contract: "a" }] }),
    "going beyond it costs 5 a unit",
  );
});

Deno.test("whatever the drop and its limits, a least that is missed has a reason", async () => {
  let told = 0;
  for (let seed = 0; seed < 150; seed++) {
    const plain = oddDrop(seed, "tiny", true);
    const odd = seed % 3 === 0 ? withMeans(plain, seededRandom(seed)) : plain;
    // Half of the drops have shares of all offers.
    const limits = odd.drop.limits?.map((limit) =>
      limit.shareOf === undefined || seed % 2 === 0
        ? limit
        : { ...limit, atLeast: 1, atMost: undefined }
    );
    const drop = Drop.from({ ...odd.drop, limits });
    const allocation = await allocate(drop, { ...odd.policy, solver: "greedy" });
    const facts = limitsFacts(drop.instance, allocation);
    for (const row of facts === undefined ? [] : missedLimits(facts)) {
      assert(missedInWords(row, false) !== "", `seed ${seed}: ${JSON.stringify(row)}`);
      told++;
    }
  }
  assert(told > 30, `${told}`);
});
