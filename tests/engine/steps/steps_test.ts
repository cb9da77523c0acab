/** docs/engine.md lists the steps of an engine, and the questions of each. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";

const file = (path: string) => new URL(`../../../${path}`, import.meta.url);

Deno.test("docs/engine.md names every question of every step, and no other; steps.ts lists the steps", async () => {
  const page = await Deno.readTextFile(file("docs/engine.md"));
  const start = page.indexOf("| step "), end = page.indexOf("\n\n", start);
  const listed = page.slice(start, end).split("\n").slice(2).map((line) => {
    const [, step, , questions] = line.split("|").map((cell) => cell.trim());
    return [step.replaceAll("`", ""), [...questions.matchAll(/`(\w+)`/g)].map(([, name]) => name)];
  }) as [string, string[]][];
  for (const [step, questions] of listed) {
    const source = await Deno.readTextFile(file(`lib/engine/steps/${step}`));
    const declared = [
      ...source.matchAll(/^export interface (?:OpenedDrop|\w+Steps) \{\n(.*?)^\}/gms),
    ];
    assertEquals(declared.length, 1, step);
    const owed = [...declared[0][1].matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
    assertEquals(questions, owed, step);
  }
  const steps = listed.map(([step]) => step);
  const files = [...Deno.readDirSync(file("lib/engine/steps"))].map(({ name }) => name);
  assertEquals(files.filter((name) => name !== "steps.ts").toSorted(), steps.toSorted());
  const source = await Deno.readTextFile(file("lib/engine/steps/steps.ts"));
  assertEquals([...source.matchAll(/^ \* +\d+\. (\w+\.ts)/gm)].map(([, name]) => name), steps);
});
