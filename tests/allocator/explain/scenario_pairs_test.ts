import { Drop } from "../../../lib/allocator/drop/drop.ts";
import type { BanInput, PinInput } from "../../../lib/allocator/drop/applied/before_input.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { applyScenario } from "../../../lib/allocator/explain/whatif.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { whatIf } from "../../../lib/api/whatif.ts";
import { check } from "../../../lib/api/check.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";

/** A drop as plain values, but for the places of pins and bans, which a file has and a scenario has not. */
function plain(instance: Instance): unknown {
  const { users, pins, heldBack, limits, ...rest } = instance;
  const values = (part: object) =>
    Object.fromEntries(
      Object.entries(part).map((
        [name, value],
      ) => [name, ArrayBuffer.isView(value) ? [...value as Uint8Array] : value]),
    );
  return {
    ...values(rest),
    users: users.toArray(),
    pins: pins && [[...pins.pair], [...pins.created]],
    heldBack: heldBack && [
      heldBack.users.toArray(),
      [...heldBack.start],
      [...heldBack.contract],
      [...heldBack.score],
      [...heldBack.reason],
    ],
    ...(limits !== undefined && { families: limits.families, rows: values(limits.rows) }),
  };
}

/** Bans and pins drawn from the pairs of an odd drop. */
function drawn(drop: Drop, seed: number): { bans: BanInput[]; pins: PinInput[] } {
  const random = seededRandom(seed), { instance } = drop;
  const { users, contracts, contract, start, brand, brands, group, groups } = instance;
  const pairs = users.toArray().flatMap((user, u) =>
    Array.from({ length: start[u + 1] - start[u] }, (_, i) => {
      const c = contract[start[u] + i];
      return { u, user, contract: contracts[c], brand: brand === null ? "" : brands[brand[c]] };
    })
  );
  const bans = Array.from({ length: 1 + random.below(4) }, (): BanInput => {
    const { u, user, contract, brand } = pairs[random.below(pairs.length)];
    const kind = random.below(6);
    if (kind === 0) return { user };
    if (kind === 1) return { contract, group: groups[group[u]] };
    if (kind === 2 && brand !== "") return { user, brand };
    if (kind === 3) return { contract };
    return { user, contract };
  });
  const pins = Array.from({ length: random.below(3) }, () => pairs[random.below(pairs.length)]);
  return { bans, pins: pins.map(({ user, contract }) => ({ user, contract })) };
}

for (const withLimits of [false, true]) {
  const name = withLimits ? " under limits" : "";
  Deno.test(`scenario: pins and bans make the drop that files of them make${name}`, () => {
    let same = 0, refused = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const odd = oddDrop(seed, "tiny", withLimits), drop = Drop.from(odd.drop);
      const { bans, pins } = drawn(drop, seed);
      const scenario = () =>
        applyScenario(drop.instance, defaultPolicy, { name: "x", bans, pins }).instance;
      let files: Instance;
      try {
        files = Drop.from({ ...odd.drop, bans, pins }).instance;
      } catch (error) {
        assert(error instanceof InputError);
        // A file of limits may not name what nobody has; a scenario may take the last who had it.
        if (!error.message.startsWith("limits[")) assertThrows(scenario, Error);
        refused++;
        continue;
      }
      assertEquals(plain(scenario()), plain(files), `seed ${seed}`);
      same++;
    }
    assert(same > 100 && refused > 10, `${same} ${refused}`);
  });
}

const INPUT = {
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }, {
    id: "cyd",
    group: "south",
  }],
  contracts: [
    { id: "tea", cap: 1, sponsored: true, brand: "leaf" },
    { id: "pot", cap: 2, sponsored: true, brand: "clay" },
  ],
  groups: [{ id: "north", ratio: 0 }, { id: "south", ratio: 0 }],
  pairs: [
    { user: "ann", contract: "tea", score: 0.9 },
    { user: "bob", contract: "tea", score: 0.4 },
    { user: "bob", contract: "pot", score: 0.3 },
    { user: "cyd", contract: "tea", score: 0.8 },
  ],
  pins: [{ user: "bob", contract: "pot" }],
};
const drop = Drop.from(INPUT);

Deno.test("scenario: what is pinned is given, what is banned is not, and the drop's own pins stay", async () => {
  const { solved, facts } = await whatIf(drop, [
    { name: "as it is" },
    { name: "pin", pins: [{ user: "bob", contract: "tea" }] },
    { name: "ban", bans: [{ user: "ann", brand: "leaf" }] },
    { name: "both", bans: [{ group: "south" }], pins: [{ user: "bob", contract: "tea" }] },
  ]);
  const given = solved.map(({ instance, allocation }) =>
    Array.from(allocation.offerPair, (p) => {
      const u = instance.start.findLastIndex((from) => from <= p);
      return `${instance.users.at(u)} ${instance.contracts[instance.contract[p]]}`;
    })
  );
  assertEquals(given, [
    ["ann tea", "bob pot"],
    ["bob pot", "bob tea"].sort().reverse(),
    ["bob pot", "cyd tea"],
    ["bob tea", "bob pot"],
  ]);
  assertEquals(facts.scenarios.map(({ changes }) => changes), [
    "",
    "pin of tea for bob",
    "ban of brand leaf for ann",
    "pin of tea for bob, ban of every contract for south",
  ]);
  for (const { instance, allocation } of solved) {
    assert(
      check(new Drop(instance, drop.input), allocation).rules.every(({ count }) => count === 0),
    );
  }
  assertEquals(drop.instance.pins!.pair.length, 1);
});

Deno.test("scenario: pins and bans that can't be are reported", async () => {
  const fails = (scenario: object, words: string) =>
    assertThrows(
      () => applyScenario(drop.instance, defaultPolicy, { name: "x", ...scenario }),
      UsageError,
      words,
    );
  fails(
    { bans: [{ user: "anm" }] },
    'scenario "x": user anm is not in the drop (did you mean ann?)',
  );
  fails({ bans: [{ contract: "te" }] }, "contract te is not in the drop (did you mean tea?)");
  fails({ bans: [{ brand: "" }] }, "brand  is not in the drop");
  fails({ bans: [{ group: "east" }] }, "group east is not in the drop");
  fails({ bans: [{}] }, "a ban names neither user, contract, brand nor group");
  assertThrows(
    () =>
      applyScenario(Drop.from({ ...INPUT, pins: [] }).instance, defaultPolicy, {
        name: "x",
        bans: [{ group: "north" }, { group: "south" }],
      }),
    UsageError,
    "bans leave no pair",
  );
  fails(
    { bans: [{ user: "ann" }, { brand: "clay" }] },
    "it bans the pair of bob and pot, which is pinned by pins[0]",
  );
  fails({ pins: [{ user: "ann", contract: "pot" }] }, "of ann and pot is not eligible");
  const pins = [{ user: "bob", contract: "tea" }];
  fails({ pins, bans: pins }, "of bob and tea is banned by the scenario");
  let message = "";
  const two = { name: "x", pins: ["ann", "bob"].map((user) => ({ user, contract: "tea" })) };
  await whatIf(drop, [two]).catch((error) => message = error.message);
  assertEquals(
    message,
    "the scenario (bob, tea): the pinned pair of bob and tea is one more than the cap of 1 " +
      "beside the pin of the scenario (ann, tea)",
  );
  assertThrows(() => check(drop, { pins } as never), UsageError);
});

Deno.test("scenario: previous offers that are kept are let go where it bans them, pins beside them are not", () => {
  const previous = [{ user: "cyd", contract: "tea" }, { user: "bob", contract: "pot" }];
  const kept = Drop.from({ ...INPUT, previous }, { onlyNew: true }).instance;
  assertEquals(kept.pins!.pair.length, 2);
  const { instance } = applyScenario(kept, defaultPolicy, {
    name: "x",
    bans: [{ contract: "tea" }],
  });
  assertEquals(instance.pins!.pair.length, 1);
  assertThrows(
    () => applyScenario(kept, defaultPolicy, { name: "x", bans: [{ contract: "pot" }] }),
    UsageError,
    'scenario "x": it bans the pair of bob and pot, which is pinned by pins[0]',
  );
});
