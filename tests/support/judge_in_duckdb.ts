/** DuckDB's results for a drop, judged and compared with the local solver's. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import type { Allocation } from "../../lib/allocator/model/allocation.ts";
import { assertEquals } from "../../lib/deps/std_assert.ts";
import { allocateInDuckDb, type DuckDbInput } from "../../lib/engine/duckdb/open_drop.ts";
import type { EngineOptions } from "../../lib/engine/run/options.ts";
import { ALL_TESTS } from "./effort.ts";
import { readRows } from "./engine_files.ts";
import { assertNear, judgeRows } from "./engine_judge.ts";

/**
 * Allocates without users who are decided together, and with all of them: every rule is kept, near the local solver's result. In a
 * usual run the drops of a test, whose number `n` is, take turns at the two.
 */
export async function judgeInDuckDb(
  drop: Instance,
  local: Allocation,
  input: DuckDbInput,
  n: number,
  options: EngineOptions = {},
) {
  for (const togetherUsers of ALL_TESTS ? [0, 200] : [n % 2 === 0 ? 0 : 200]) {
    const result = await allocateInDuckDb(input, {
      sampleUsers: togetherUsers > 0 ? 200 : 150,
      togetherUsers,
      passes: 8,
      gap: 1e-4,
      ...options,
    });
    assertEquals(result.broken, []);
    judgeRows(drop, input.policy, await readRows(input.out), result);
    assertNear(local, result, togetherUsers > 0);
  }
}
