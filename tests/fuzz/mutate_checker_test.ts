/** Some changes of the checker's code that its tests must notice, others each week; all of them: `deno task mutate`. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { ALL_TESTS } from "../support/effort.ts";
import { fuzzSlice } from "../support/fuzz_week.ts";
import { mutationsOf, switchable } from "./checker_mutations.ts";
import { EQUIVALENT, reasonOf } from "./equivalent_mutants.ts";
import { checkerFiles, checkerMutations, drawn, tryMutants } from "./mutate_checker.ts";

/** How many of those drawn each week are tried, beside those that always are. */
const COUNT = 12;

/** A line's code, and the change of it that is tried. */
const ALWAYS = [
  ["if (assigned > cap)", ">", ">="],
  ["more -= sign(count) * ofCount[i]", "-=", "+="],
  ["if (distinct > k)", ">", ">="],
  ["if (a !== b) problems", "!==", "==="],
] as const;

const TEXT = 'import { a } from "./a.ts";\n/** a < b */\nconst c = a < b && (b + 1) * 2 === 4;\n';

Deno.test("mutations: each is one change of code, none of a comment or an import", () => {
  const found = mutationsOf("x.ts", TEXT).map(({ line, from, to }) => `${line} ${from} ${to}`);
  assertEquals(found, ["3 < <=", "3 && ||", "3 + -", "3 * /", "3 === !=="]);
  const changed = mutationsOf("x.ts", TEXT).map(({ text }) => text.split("\n")[2]);
  assertEquals(changed[3], "const c = a < b && (b + 1) / 2 === 4;");
});

Deno.test("mutations: behind switches a text is every one of its mutants", () => {
  const text =
    "let n = 1; n += a;\nreturn [n, (a + 1) * 2 - b, a < b && !(b > 3), Math.max(a, b), true];";
  const run = (code: string, chosen: number) => {
    // deno-lint-ignore no-explicit-any
    (globalThis as any).__isMutant = (id: number) => id === chosen;
    return new Function("a", "b", code)(1, 3);
  };
  const inFunction = (text: string) => `function f(a, b) {\n${text}\n}`;
  const body = (text: string) => text.slice(text.indexOf("{") + 1, text.lastIndexOf("}"));
  const mutants = mutationsOf("x.ts", inFunction(text));
  const code = body(switchable(inFunction(text), 10));
  assertEquals(mutants.length, 9);
  assertEquals(run(code, -1), run(text, -1));
  for (const [i, mutant] of mutants.entries()) {
    assertEquals(run(code, 10 + i), run(body(mutant.text), -1), `${mutant.from} ${mutant.to}`);
  }
});

Deno.test("mutations: those that change nothing are changes of code that is there", async () => {
  const texts = new Map(
    (await checkerFiles()).map(([path, text]) => [path.slice(path.lastIndexOf("/") + 1), text]),
  );
  const gone = Object.entries(EQUIVALENT).flatMap(([file, reasons]) =>
    Object.values(reasons).flat().map(([code]) => code)
      .filter((code) => !texts.get(file)?.includes(code))
  );
  assertEquals(gone, []);
});

Deno.test("mutations: some of the checker's are noticed by its tests", {
  // Loading and running all of the checker's tests once more takes a minute.
  ignore: !ALL_TESTS,
}, async () => {
  const all = await checkerMutations();
  assert(all.length > 1000, `${all.length}`);
  const always = ALWAYS.map(([code, from, to]) => {
    const mutation = all.find((one) =>
      one.from === from && one.to === to &&
      one.text.split("\n")[one.line - 1].includes(code.replace(from, to))
    );
    assert(mutation !== undefined, `no line has ${code} any more: choose another`);
    return mutation;
  });
  const { seed } = fuzzSlice("week", Date.now());
  const others = drawn(all, COUNT, seed).filter((one) => reasonOf(one) === null);
  const survived = (await tryMutants(all, [...new Set([...always, ...others])]))
    .filter(({ killed }) => !killed)
    .map(({ mutation: { file, line, from, to } }) => `${file}:${line} ${from} ${to}`);
  assertEquals(
    survived,
    [],
    `deno task mutate --mutants ${COUNT} --seed ${seed}`,
  );
});
