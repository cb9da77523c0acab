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
