/** Snapshots: text compared with a file beside the tests. UPDATE_SNAPSHOTS=1 rewrites the files. */
import { assertEquals } from "../../lib/deps/std_assert.ts";

/** Throws unless `text` is what tests/fixtures/snapshots/`name` holds. */
export async function assertSnapshot(name: string, text: string): Promise<void> {
  const url = new URL(`../fixtures/snapshots/${name}`, import.meta.url);
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") {
    await Deno.mkdir(new URL(".", url), { recursive: true });
    await Deno.writeTextFile(url, text);
  }
  const expected = await Deno.readTextFile(url);
  assertEquals(text, expected, `${name} differs (UPDATE_SNAPSHOTS=1 rewrites it)`);
}
