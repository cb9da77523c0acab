/**
 * Runs the checker's tests against its mutants, which stand behind switches: started by mutate_checker.ts in a copy of the
 * project, with the mutants' numbers on standard input. Writes a line of JSON for each.
 *
 * A test is run for the mutants whose place it comes by, the quickest test first. What is decided when modules load can't be
 * switched: such mutants are told as `atLoad`.
 */
import { ASKED } from "./checker_mutations.ts";
import { modulesIn } from "../support/modules_in.ts";
import { CHECKER_TESTS } from "./checker_tests.ts";

/** What came of a mutant: the test that noticed it; null: none did; or it can't be switched. */
export interface Told {
  readonly id: number;
  readonly by: string | null;
  readonly atLoad: boolean;
}

/** A test, as it went without a mutant. */
interface Test {
  readonly name: string;
  readonly run: () => void | Promise<void>;
  /** Places that it comes by. */
  readonly places: ReadonlySet<number>;
  /** How often it comes by any. */
  readonly asked: number;
  readonly milliseconds: number;
}

/** A mutant that comes by places so many times as often is in a loop. */
const TIMES = 20, AND_MORE = 2_000_000;

const ROOT = new URL("../../", import.meta.url);

/** The modules of the tests. */
function testModules(): URL[] {
  return CHECKER_TESTS.flatMap((path) =>
    path.endsWith(".ts") ? [new URL(path, ROOT)] : modulesIn(new URL(`${path}/`, ROOT))
  );
}

type Asked = (id: number) => boolean;
const setAsked = (asked: Asked) => {
  (globalThis as unknown as Record<string, Asked>)[ASKED] = asked;
};

/** The tests, by loading them; places that are come by at loading go to `atLoad`. */
async function loadTests(atLoad: Set<number>): Promise<[string, Test["run"]][]> {
  const tests: [string, Test["run"]][] = [];
  setAsked((id) => (atLoad.add(id), false));
  const collect = (name: string, run: Test["run"]) => void tests.push([name, run]);
  Object.defineProperty(Deno, "test", { value: collect, configurable: true });
  for (const { href } of testModules()) await import(href);
  return tests;
}

/** Runs each test without a mutant. */
async function withoutMutants(loaded: readonly [string, Test["run"]][]): Promise<Test[]> {
  const tests: Test[] = [];
  for (const [name, run] of loaded) {
    const places = new Set<number>();
    let asked = 0;
    setAsked((id) => {
      places.add(id);
      asked++;
      return false;
    });
    const begun = performance.now();
    await run();
    tests.push({ name, run, places, asked, milliseconds: performance.now() - begun });
  }
  return tests.toSorted((a, b) => a.milliseconds - b.milliseconds);
}

/** The name of the first test that fails for a mutant; null: none. */
async function noticedBy(id: number, tests: readonly Test[]): Promise<string | null> {
  for (const { name, run, places, asked } of tests) {
    if (!places.has(id)) continue;
    let left = TIMES * asked + AND_MORE;
    setAsked((place) => {
      if (--left < 0) throw new Error("this goes on and on");
      return place === id;
    });
    try {
      await run();
    } catch {
      return name;
    }
  }
  return null;
}

const ids: number[] = JSON.parse(await new Response(Deno.stdin.readable).text());
const atLoad = new Set<number>();
const tests = await withoutMutants(await loadTests(atLoad));
const say = (told: Told) => console.log(JSON.stringify(told));
for (const id of ids) {
  if (atLoad.has(id)) say({ id, by: null, atLoad: true });
  else say({ id, by: await noticedBy(id, tests), atLoad: false });
}
