import { fileURLToPath } from "node:url";
import { assertEquals, assertStringIncludes } from "../lib/deps/std_assert.ts";

/** Each example and something that its output must say. */
const EXAMPLES = {
  "drop_from_csv.ts": "every rule holds: true; certified: true",
  "drop_from_arrays.ts": "what the two rules cost",
  "split_with_money.ts": "12 slices: total_too_high by 2",
  "compare_solvers.ts": "one more unit of",
  "weekly_rerun.ts": "more sponsored",
  "weekly_review.ts": "rates vary around 11.",
};

for (const [file, expected] of Object.entries(EXAMPLES)) {
  Deno.test(`example ${file} runs with read permission alone, and fits a screen`, async () => {
    const path = new URL(`../examples/${file}`, import.meta.url);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-read", fileURLToPath(path)],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertStringIncludes(new TextDecoder().decode(stdout), expected);
    const lines = (await Deno.readTextFile(path)).split("\n").length;
    assertEquals(lines <= 50, true, `${file} has ${lines} lines`);
  });
}
