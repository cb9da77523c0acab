/** A few changes of the checker's code that its tests must notice; all of them: tests/fuzz/mutate_checker.ts. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { checkerMutations, mutationsOf, tryMutants } from "./mutate_checker.ts";

/** A line's code, and the change of it that is tried. */
const SLICE = [
  ["if (assigned > cap)", ">", ">="],
  ["bound -= BigInt(more)", "-=", "+="],
  ["if (distinct > k)", ">", ">="],
  ["if (a !== b) problems", "!==", "==="],
] as const;

Deno.test("mutations: each is one change of code, none of a comment or an import", () => {
  const text = 'import { a } from "./a.ts";\n/** a < b */\nconst c = a < b && b === 2; // a + b\n';
  const found = mutationsOf("x.ts", text).map(({ line, from, to }) => `${line} ${from} ${to}`);
  assertEquals(found.toSorted(), ["3 && ||", "3 < <=", "3 === !=="]);
});

Deno.test("mutations: a slice of the checker's is noticed by its tests", async () => {
  const all = await checkerMutations();
  assert(all.length > 300, `${all.length}`);
  const chosen = SLICE.map(([code, from, to]) => {
    const mutation = all.find((one) =>
      one.from === from && one.to === to &&
      one.text.split("\n")[one.line - 1].includes(code.replace(from, to))
    );
    assert(mutation !== undefined, `no line has ${code} any more: choose another`);
    return mutation;
  });
  const survived = (await tryMutants(chosen)).filter(({ killed }) => !killed)
    .map(({ mutation: { file, line, from } }) => `${file}:${line} ${from}`);
  assertEquals(survived, []);
});
