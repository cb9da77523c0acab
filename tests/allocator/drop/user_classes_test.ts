import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { seemAlike, userClasses } from "../../../lib/allocator/drop/user_classes.ts";
import { generateInstance } from "../../../lib/generate/generate_instance.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { alikeUsers } from "../../support/alike_users.ts";

Deno.test("userClasses, seemAlike: users with the same scores, and users with their own", () => {
  const alike = alikeUsers(10_000, [1, 0.5]);
  assertEquals([userClasses(alike).count, seemAlike(alike)], [1, true]);
  const other = generateInstance({ users: 5000, seed: 1 });
  assertEquals(seemAlike(other), false);
});

Deno.test("seemAlike: two of each are alike, three in four of their own kind are not", () => {
  const users = 4000;
  const ofKinds = (kindOf: (u: number) => number) =>
    alikeUsers(users, [1], { score: Float64Array.from({ length: users }, (_, u) => kindOf(u)) });
  assertEquals(seemAlike(ofKinds((u) => u >> 1)), true);
  assertEquals(seemAlike(ofKinds((u) => u % 4 === 0 ? 0 : u)), false);
  // A user's own k sets it apart.
  const own = alikeUsers(users, [1], { k: Int32Array.from({ length: users }, (_, u) => u) });
  assertEquals([seemAlike(own), userClasses(own).count], [false, users]);
});

Deno.test("userClasses, seemAlike: users whose offers count alike are alike, though each pair has a number of its own", () => {
  const users = 4000;
  const drop = (costOf: (u: number) => number, per: string) =>
    Drop.from({
      users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: "g" })),
      contracts: [{ id: "c", cap: users, sponsored: false }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: Array.from({ length: users }, (_, u) => ({
        user: `u${u}`,
        contract: "c",
        score: 1,
        attributes: { cost: costOf(u) },
      })),
      limits: [{ limit: "budget", per, counts: "cost", atMost: 100 }],
    }).instance;
  const judged = (costOf: (u: number) => number, per = "contract_address") => {
    const instance = drop(costOf, per);
    return [userClasses(instance).count, seemAlike(instance)];
  };
  assertEquals(judged(() => 1.5), [1, true]);
  // 0 counts toward nothing.
  assertEquals(judged((u) => u % 3), [3, true]);
  assertEquals(judged((u) => 1 + u / 8192), [users, false]);
  // Each has a limit of its own.
  assertEquals(judged(() => 1.5, "user_id"), [users, false]);
});
