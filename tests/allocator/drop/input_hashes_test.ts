import { createHash } from "node:crypto";
import { Drop, type DropInput } from "../../../lib/allocator/drop/drop.ts";
import { inputHashes } from "../../../lib/allocator/drop/input_hashes.ts";
import { plainDecimal } from "../../../lib/base/numbers/plain_decimal.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals, assertNotEquals } from "../../../lib/deps/std_assert.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const input: DropInput = {
  users: [
    { id: "bob", group: "north", attributes: { city: "rome" } },
    { id: "a\tb\\", group: "so\nuth", attributes: { city: "oslo" } },
    { id: "idle", group: "north", attributes: { city: "oslo" } },
  ],
  contracts: [
    { id: "tea", cap: 2, sponsored: false, brand: "b" },
    { id: "jam", cap: 3.5, sponsored: true },
    { id: "ale", cap: 1e22, sponsored: false, brand: "c" },
  ],
  groups: [{ id: "north", ratio: 0.25 }, { id: "so\nuth", ratio: 1e-7 }],
  pairs: [
    { user: "bob", contract: "tea", score: -0.5, attributes: { weight: 2.5 } },
    { user: "bob", contract: "jam", score: 1 / 3, attributes: { weight: 1 } },
    { user: "a\tb\\", contract: "ale", score: 1e21, attributes: { weight: 0 } },
  ],
  limits: [{ limit: "w", per: "city", counts: "weight", atMost: 10 }],
};

Deno.test("hashes are of the canonical form, as documented", () => {
  const { instance } = Drop.from(input);
  assertEquals(inputHashes(instance), {
    caps: sha256("jam\t3\t1\t\nale\t10000000000000000000000\t0\tc\ntea\t2\t0\tb\n"),
    user_groups: sha256("a\\tb\\\\\tso\\nuth\nbob\tnorth\n"),
    group_ratios: sha256("north\t0.25\nso\\nuth\t0.0000001\n"),
    elig: sha256(
      "a\\tb\\\\\t1:1000000000000000000000\nbob\t0:0.3333333333333333\t2:-0.5\n",
    ),
    attributes: sha256("user_groups\tcity\noslo\nrome\nelig\tweight\n0\n1\n2.5\n"),
  });
});

Deno.test("a k that no user who counts has is none, in whatever column it stands", () => {
  const without = inputHashes(Drop.from(input).instance);
  const users = input.users as { id: string; group: string }[];
  // The user without a pair, a group without users, and nobody in a column that is there.
  const ofIdle = users.map((user) => ({ ...user, ...(user.id === "idle" && { k: 1 }) }));
  assertEquals(inputHashes(Drop.from({ ...input, users: ofIdle }).instance), without);
  const groups = [...input.groups!, { id: "empty", ratio: 0, k: 2 }];
  assertEquals(inputHashes(Drop.from({ ...input, groups }).instance), without);
  const { instance } = Drop.from(input);
  assertEquals(inputHashes({ ...instance, k: new Int32Array(2).fill(-1) }), without);
  const ofBob = users.map((user) => ({ ...user, ...(user.id === "bob" && { k: 2 }) }));
  assertEquals(
    inputHashes(Drop.from({ ...input, users: ofBob }).instance).user_groups,
    sha256("a\\tb\\\\\tso\\nuth\t\nbob\tnorth\t2\n"),
  );
});

Deno.test("hashes don't depend on the order of rows, and do on every value", () => {
  const { instance } = Drop.from(input);
  const turned = Drop.from({
    users: (input.users as []).toReversed(),
    contracts: input.contracts.toReversed(),
    groups: input.groups!.toReversed(),
    pairs: (input.pairs as []).toReversed(),
    limits: input.limits,
  });
  assertEquals(inputHashes(turned.instance), inputHashes(instance));
  const score = instance.score.slice();
  score[0] += 1e-9 * score[0];
  assertNotEquals(inputHashes({ ...instance, score }).elig, inputHashes(instance).elig);
});

Deno.test("scores are hashed as plain decimals of any size and number of digits", () => {
  const random = seededRandom(7);
  const scores = Array.from({ length: 4000 }, (_, i) => {
    const digits = 1 + random.below(17), value = random.next() * 10 ** (random.below(30) - 12);
    return (i % 7 === 0 ? -1 : 1) * Number(value.toPrecision(digits));
  });
  scores.push(0, 1e15, 999999999999999, 0.000000001, 1e-10, 123456789.123456789, 2 ** 53);
  const { instance } = Drop.from({
    users: scores.map((_, i) => ({ id: `u${i}`, group: "g" })),
    contracts: [{ id: "c", cap: 1, sponsored: true }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: scores.map((score, i) => ({ user: `u${i}`, contract: "c", score })),
  });
  const lines = instance.users.toArray().map((id, u) =>
    `${id}\t0:${plainDecimal(instance.score[u])}\n`
  );
  assertEquals(inputHashes(instance).elig, sha256(lines.join("")));
  for (const score of scores) {
    const text = plainDecimal(score);
    assert(Number(text) === score && !/e|\.0*$/.test(text), text);
  }
});
