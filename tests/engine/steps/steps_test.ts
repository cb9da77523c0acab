/** docs/engine.md lists the steps of an engine. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("docs/engine.md names every step of an engine under its interface, and no other", async () => {
  const text = (path: string) => Deno.readTextFile(new URL(`../../../${path}`, import.meta.url));
  const source = await text("lib/engine/steps/steps.ts"), page = await text("docs/engine.md");
  const start = page.indexOf("| interface"), end = page.indexOf("\n\n", start);
  const listed = new Map<string, string[]>();
  let current = "";
  for (const line of page.slice(start, end).split("\n").slice(2)) {
    const [, first, , steps] = line.split("|").map((cell) => cell.trim());
    if (first !== "") current = first.replaceAll("`", "");
    const names = [...steps.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    listed.set(current, [...(listed.get(current) ?? []), ...names]);
  }
  const interfaces = source.split("export interface ").slice(1);
  for (const [name, steps] of listed) {
    const declared = interfaces.find((one) => new RegExp(`^${name}\\b`).test(one))!;
    const owed = [...declared.matchAll(/^ {2}(\w+)\(/gm)].map(([, step]) => step);
    assertEquals(steps.toSorted(), owed.toSorted(), name);
  }
  assertEquals([...listed.keys()], ["OpenedDrop", "DecideSteps", "EngineRun"]);
});
