/** A slice of the kills; `deno run -A tests/fuzz/kills.ts --count 200 --seed 1` does more. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { judgeKills } from "./judge_kill.ts";
import { tried } from "../support/effort.ts";

Deno.test("runs that are killed leave old files or new whole ones, and nothing that is read as input", async () => {
  const { killed, faults } = await judgeKills(
    Array.from({ length: tried(8, 15) }, (_, i) => 1 + i),
  );
  assertEquals(faults, []);
  assert(killed > 0, "no run was killed");
});
