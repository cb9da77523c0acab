import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { noAttributes } from "../../../../lib/allocator/drop/instance/attributes.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { limitFamilies } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { compileLimits } from "../../../../lib/allocator/drop/limits/limit_rows.ts";

/** Users who each may have both contracts. */
function drop(users: number): Drop {
  const ids = Array.from({ length: users }, (_, u) => `u${u}`);
  return Drop.from({
    users: ids.map((id) => ({ id, group: "g" })),
    contracts: ["a", "b"].map((id) => ({ id, cap: users, sponsored: false })),
    groups: [{ id: "g", ratio: 0 }],
    pairs: ids.flatMap((user) => ["a", "b"].map((contract) => ({ user, contract, score: 1 }))),
  });
}

Deno.test("limits per user: the texts of all ids are made once, and not at all where no limit names them", () => {
  const { instance } = drop(50);
  let made = 0;
  const users = Object.create(instance.users, {
    toArray: { value: () => (made++, instance.users.toArray()) },
  });
  const rowsOf = (per: string) =>
    compileLimits(
      { ...instance, users },
      limitFamilies([{ limit: "one", per, atMost: 1 }]),
      noAttributes(),
    ).rows.key.length;
  assertEquals([rowsOf("contract_address"), made], [2, 0]);
  assertEquals([rowsOf("user_id"), made], [50, 1]);
});

Deno.test("limits on columns of pairs whose scores history scaled: the row that counts is the one that counted", () => {
  const pair = (user: string, contract: string, score: number, weight: number) => ({
    user,
    contract,
    score,
    attributes: { weight },
  });
  const weights = (duplicates: "first" | "largest") =>
    Drop.from({
      users: [{ id: "ann", group: "g" }],
      contracts: ["tea", "cake"].map((id) => ({ id, cap: 1, sponsored: false })),
      groups: [{ id: "g", ratio: 0 }],
      pairs: [pair("ann", "tea", 0.5, 1), pair("ann", "tea", 0.9, 2), pair("ann", "cake", 0.4, 3)],
      history: [{ user: "ann", contract: "tea", outcome: "declined" }],
      limits: [{ limit: "weight", counts: "weight", atMost: 3 }],
    }, { declineFactor: 0.8, duplicates }).instance.limits!.attributes.eligNumbers.get("weight");
  assertEquals(weights("first"), Float64Array.of(3, 1));
  assertEquals(weights("largest"), Float64Array.of(3, 2));
});
