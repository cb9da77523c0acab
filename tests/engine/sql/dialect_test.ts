/** docs/engine.md lists what a dialect owes. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("docs/engine.md names every function that a dialect owes, and no other", async () => {
  const text = (path: string) => Deno.readTextFile(new URL(`../../../${path}`, import.meta.url));
  const source = await text("lib/engine/sql/dialect.ts");
  const declared = source.slice(source.indexOf("export interface Dialect {"));
  const owed = [...declared.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
  const page = await text("docs/engine.md");
  const table = page.slice(page.indexOf("| words for"), page.indexOf("There is no common subset"));
  const listed = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  assertEquals(listed.toSorted(), owed.toSorted());
});
