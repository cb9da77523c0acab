/** A slice of 40 swaps; `deno run -A tests/fuzz/swaps.ts --count 1000 --seed 1` does more. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { withFolder } from "../support/temp_folder.ts";
import { judgeSwaps } from "./judge_swap.ts";

Deno.test("files that change at any moment are read whole, old or new, or refused", async () => {
  await withFolder(async (folder) => {
    const seeds = Array.from({ length: 40 }, (_, i) => 1 + i);
    const { faults, ...told } = await judgeSwaps(folder, seeds);
    assertEquals(faults, []);
    assert(told.old + told.new + told.refused === seeds.length, JSON.stringify(told));
  });
});
