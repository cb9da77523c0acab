import {
  type Bundle,
  type Counts,
  type GroupLimits,
  keepsLimits,
  lossOfGroup,
  lossOfLimits,
  waysFor,
} from "../../../../lib/allocator/check/bound/joint_loss.ts";
import { type Random, seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";

/** No limit at all. */
const none: GroupLimits = {
  least: { limit: 0, price: 0 },
  most: { limit: Infinity, price: 0 },
  share: { limit: 0, price: 0 },
  mixed: { limit: Infinity, price: 0 },
  missing: 0,
};
const noCounts = { sponsoredUsers: 0, mixedUsers: 0, sponsored: 0, others: 0 };

/** The counts of bundles, one for each user, beside those of others. */
function countsOf(bundles: readonly Bundle[], others: Counts = noCounts): Counts {
  const count = (of: (bundle: Bundle) => number) => bundles.reduce((sum, one) => sum + of(one), 0);
  return {
    sponsoredUsers: others.sponsoredUsers + count(({ sponsored }) => sponsored > 0 ? 1 : 0),
    mixedUsers: others.mixedUsers +
      count(({ sponsored, others }) => sponsored > 0 && others > 0 ? 1 : 0),
    sponsored: others.sponsored + count(({ sponsored }) => sponsored),
    others: others.others + count(({ others }) => others),
  };
}

/** The least loss, by trying every way. */
function byTrying(users: readonly Bundle[][], limits: GroupLimits, others?: Counts): number {
  const ways = users.reduce<Bundle[][]>(
    (ways, own) => ways.flatMap((way) => own.map((bundle) => [...way, bundle])),
    [[]],
  );
  const best = users.reduce((sum, own) => sum + Math.max(...own.map(({ value }) => value)), 0);
  return Math.min(
    ...ways.map((way) =>
      best - way.reduce((sum, { value }) => sum + value, 0) +
      lossOfLimits(limits, countsOf(way, others))
    ),
  );
}

function randomUsers(random: Random, most: number): Bundle[][] {
  return Array.from(
    { length: 1 + random.below(most) },
    () =>
      Array.from({ length: 1 + random.below(4) }, () => ({
        value: random.below(12) === 0 ? -Infinity : random.below(9),
        sponsored: random.below(3),
        others: random.below(3),
      })),
  ).map((own) => [
    { value: random.below(9), sponsored: random.below(2), others: random.below(2) },
    ...own,
  ]);
}

function randomLimits(random: Random, users: number): GroupLimits {
  const limit = (amount: number, none: number) =>
    random.below(2) === 0
      ? { limit: none, price: 0 }
      : { limit: amount, price: random.below(3) === 0 ? 0 : random.below(5) };
  const least = limit(random.below(users + 1), 0);
  return {
    least,
    most: limit(random.below(users + 1), Infinity),
    share: limit(random.below(5) / 4, 0),
    mixed: limit(random.below(users), Infinity),
    missing: least.price + random.below(30),
  };
}

const ofLimits = (limits: GroupLimits) => (counts: Counts, loss: number) =>
  loss + lossOfLimits(limits, counts);

Deno.test("joint loss: the least of all ways, as trying each of them finds it", () => {
  const random = seededRandom(1);
  let lost = 0, infeasible = 0;
  for (let i = 0; i < 800; i++) {
    const users = randomUsers(random, 5), limits = randomLimits(random, users.length);
    // Some losses are far smaller than others.
    const size = 10 ** (random.below(3) - 1), expected = byTrying(users, limits);
    const scaled = users.map((own) => own.map((one) => ({ ...one, value: one.value * size })));
    const found = lossOfGroup(scaled, (counts, loss) => loss + lossOfLimits(limits, counts) * size);
    const hasChoice = users.some((own) =>
      new Set(own.map(({ value }) => value).filter(Number.isFinite)).size > 1
    );
    if (expected === Infinity || !hasChoice) {
      infeasible++;
      assertEquals(found, 0, `${i}`);
    } else {
      if (expected > 0) lost++;
      assert(
        Math.abs(found - expected * size) < 1e-9,
        `${i}: ${found}, expected ${expected * size}`,
      );
    }
  }
  assert(lost > 300 && infeasible > 50, `${lost} ${infeasible}`);
});

Deno.test("joint loss: whole numbers of any size are as good as doubles", () => {
  const random = seededRandom(2), large = 10n ** 20n;
  for (let i = 0; i < 100; i++) {
    const users = randomUsers(random, 4)
      .map((own) => own.filter(({ value }) => value > -Infinity));
    const limits = randomLimits(random, users.length);
    const wide = users.map((own) =>
      own.map((one) => ({ ...one, value: BigInt(one.value) * large }))
    );
    const found = lossOfGroup(wide, (counts, loss) => {
      const more = lossOfLimits(limits, counts);
      return more === Infinity ? Infinity : loss + BigInt(Math.round(4 * more)) * large / 4n;
    });
    const expected = lossOfGroup(users, ofLimits(limits));
    assertEquals(BigInt(found) * 4n, BigInt(Math.round(4 * expected)) * large, `${i}`);
  }
});

Deno.test("joint loss: users who are not looked at count, and end the search where it would need them", () => {
  const random = seededRandom(3);
  const counts = { sponsoredUsers: 2, mixedUsers: 1, sponsored: 3, others: 2 };
  for (let i = 0; i < 200; i++) {
    const users = randomUsers(random, 4), limits = randomLimits(random, users.length + 2);
    const expected = byTrying(users, limits, counts);
    const found = lossOfGroup(users, ofLimits(limits), { counts, widest: 1, beyond: 1e9 });
    assertEquals(found, expected === Infinity ? 0 : expected, `${i}`);
  }
  const two = [{ value: 8, sponsored: 1, others: 0 }, { value: 0, sponsored: 0, others: 1 }];
  const atMost = (beyond: number) =>
    lossOfGroup([two], ofLimits({ ...none, most: { limit: 2, price: 0 } }), {
      counts,
      widest: 0,
      beyond,
    });
  assertEquals([atMost(Infinity), atMost(20), atMost(7.9), atMost(1)], [8, 8, 0, 0]);
  const allowance = 1e-6 * 8 * 2 ** 20;
  assertEquals([atMost(allowance), atMost(allowance - 1e-12)], [8, 0]);
  const atBest: number[] = [];
  lossOfGroup([two, two.slice(1)], (_, loss, best) => (atBest.push(best), loss));
  lossOfGroup([two, two], (_, loss, best) => (atBest.push(best), loss), {
    counts,
    widest: 0,
    beyond: Infinity,
  });
  assertEquals([atBest[0], atBest.at(-1)], [1, 4]);
});

Deno.test("joint loss: nothing to choose, or more ways than can be looked at, loses 0", () => {
  const limits = { ...none, least: { limit: 2, price: 0 }, missing: 3 };
  const only = { value: 1, sponsored: 0, others: 1 };
  assertEquals(lossOfGroup([], ofLimits(limits)), 0);
  assertEquals(lossOfGroup([[only], [only]], ofLimits(limits)), 0);
  const wide = [{ value: 1, sponsored: 0, others: 0 }, { value: 0, sponsored: 25, others: 25 }];
  const many = Array.from({ length: 1000 }, () => wide);
  const must = { ...none, least: { limit: 1, price: 0 }, missing: 5 };
  assertEquals(lossOfGroup(many, ofLimits(must)), 0);
  assertEquals(lossOfGroup(many.slice(0, 100), ofLimits(must)), 1);
});

Deno.test("joint loss: groups share the ways that may be looked at, and lose 0 when there are none left", () => {
  const two = [{ value: 1, sponsored: 0, others: 0 }, { value: 0, sponsored: 1, others: 0 }];
  const many = Array.from({ length: 100 }, () => two);
  const must = { ...none, least: { limit: 1, price: 0 }, missing: 5 };
  const lossWith = (left: number) => {
    const work = { left };
    return { loss: lossOfGroup(many, ofLimits(must), undefined, work), used: left - work.left };
  };
  // Two ways after each user: nobody has changed, or one has.
  assertEquals(lossWith(1000), { loss: 1, used: 200 });
  assertEquals(lossWith(200), { loss: 1, used: 200 });
  assertEquals(lossWith(199), { loss: 0, used: 200 });
  assertEquals(lossWith(99), { loss: 0, used: 100 });
  assertEquals(lossWith(-1), { loss: 0, used: 0 });
  // What can't be counted takes nothing.
  const work = { left: 5 };
  const wide = [{ value: 1, sponsored: 0, others: 0 }, { value: 0, sponsored: 1e6, others: 1e6 }];
  const far = Array.from({ length: 1000 }, () => wide);
  assertEquals([lossOfGroup(far, ofLimits(must), undefined, work), work.left], [0, 5]);
  assertEquals([waysFor(0), waysFor(1000)], [{ left: 10_000_000 }, { left: 10_150_000 }]);
});

Deno.test("joint loss: every user changes from the best bundle, as far as bundles go", () => {
  const change = (users: number, best: [number, number], other: [number, number]) => {
    const own: Bundle[] = [
      { value: 2, sponsored: best[0], others: best[1] },
      { value: 1, sponsored: other[0], others: other[1] },
    ];
    const seen = new Map<string, number>();
    lossOfGroup(Array.from({ length: users }, () => own), (counts, loss) => {
      seen.set(JSON.stringify(counts), loss);
      return loss < users ? Infinity : loss;
    });
    for (let n = 0; n <= users; n++) {
      const way = Array.from({ length: users }, (_, u) => own[u < n ? 1 : 0]);
      assertEquals(seen.get(JSON.stringify(countsOf(way))), n, `${users} ${best} ${other} ${n}`);
    }
    assertEquals(seen.size, users + 1);
  };
  for (const users of [1, 2, 5]) {
    for (const from of [[0, 0], [3, 0], [0, 3], [2, 1]] as const) {
      for (const to of [[0, 1], [3, 3], [0, 4], [4, 0], [1, 2]] as const) {
        change(users, [...from], [...to]);
      }
    }
  }
});

Deno.test("joint loss: limits are kept to the last user, shares to a part in 10^9", () => {
  const counts = { sponsoredUsers: 2, mixedUsers: 1, sponsored: 3, others: 1 };
  const keeps = (limits: Partial<GroupLimits>, of: Partial<Counts> = {}) =>
    keepsLimits({ ...none, ...limits }, { ...counts, ...of });
  const limit = (limit: number, price = 0) => ({ limit, price });
  assertEquals([keeps({ most: limit(2) }), keeps({ most: limit(1) })], [true, false]);
  assertEquals([keeps({ mixed: limit(1) }), keeps({ mixed: limit(0) })], [true, false]);
  assertEquals([keeps({ share: limit(0.75) }), keeps({ share: limit(0.76) })], [true, false]);
  const near = (off: number) => keeps({ share: limit(0.75 * (1 + off)) });
  assertEquals([near(0.9e-9), near(1.2e-9)], [true, false]);
  // What is missed is relative to share × offers, which here are many and few.
  const many = { sponsored: 300_000, others: 700_000 };
  const manyNear = (share: number) => keeps({ share: limit(share) }, many);
  assertEquals([manyNear(0.3 + 2e-10), manyNear(0.3 + 9e-10)], [true, false]);
  // Of no offers at all any share is kept.
  for (const share of [0, 0.5]) assert(keeps({ share: limit(share) }, { sponsored: 0, others: 0 }));
  const lost = (limits: Partial<GroupLimits>) =>
    lossOfLimits({ ...none, missing: 8, ...limits }, counts);
  assertEquals([lost({ least: limit(2, 3) }), lost({ least: limit(1, 3) })], [0, 3]);
  assertEquals([lost({ least: limit(3, 3) }), lost({ least: limit(4, 3) })], [5, 10]);
  assertEquals([lost({ most: limit(4, 3) }), lost({ most: limit(2, 3) })], [6, 0]);
  assertEquals([lost({ mixed: limit(3, 2) }), lost({ share: limit(0.5, 4) })], [4, 4]);
  assertEquals(
    lost({ least: limit(1, 1), most: limit(3, 2), mixed: limit(2, 4), share: limit(0.5, 8) }),
    1 + 2 + 4 + 8,
  );
  assertEquals([lost({ most: limit(1) }), lost({ mixed: limit(0) })], [Infinity, Infinity]);
  // A share that is missed by rounding alone costs nothing, and gains nothing.
  assertEquals(lost({ share: limit(0.75 * (1 + 5e-10), 4) }), 0);
});
