import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { METHODS } from "../../../lib/woptim/methods/methods.ts";

Deno.test("methods that divide by claims call them so: a claim is a target times its weight", () => {
  const said = Object.values(METHODS).filter(({ claims }) => claims)
    .map(({ what, level }) => `${what}; ${level}`);
  assertEquals(said.filter((words) => words.includes("target")), []);
});
