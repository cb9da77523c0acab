/** What an engine counts of the pairs, beside what the reader of this machine counts. */
import type { InputReport } from "../../lib/allocator/drop/instance/input_report.ts";
import { assertEquals } from "../../lib/deps/std_assert.ts";
import type { EngineResult } from "../../lib/engine/run/allocate_in_engine.ts";

/** The counts of an engine are those of one machine, where repeated pairs count with their largest score. */
export function assertTallied(result: EngineResult, input: InputReport): void {
  const { pairs, tally, pins, userGroups: { repeatedRows, conflictingRows } } = result;
  const { elig, history, bans, user_groups } = input;
  assertEquals(
    [repeatedRows, conflictingRows],
    [user_groups.duplicate_rows, user_groups.conflicting_duplicate_rows],
  );
  const created = pins?.created ?? 0;
  assertEquals(
    {
      ...tally,
      unknown: pairs.unknownContracts,
      without: pairs.rows - pairs.unknownContracts - tally.rowsWithoutCap - (tally.rows - created),
      created,
    },
    {
      rows: elig.rows - elig.pairs_with_unknown_contract - elig.pairs_without_group -
        elig.pairs_without_cap + (input.pins?.created ?? 0),
      rowsWithoutCap: elig.pairs_without_cap,
      duplicates: elig.duplicate_pairs,
      conflicts: elig.conflicting_duplicate_pairs,
      belowLeast: elig.pairs_below_min_score,
      banned: bans?.pairs ?? 0,
      coolingByContract: history?.pairs_cooling_by_contract ?? 0,
      coolingByBrand: history?.pairs_cooling_by_brand ?? 0,
      declined: history?.pairs_declined ?? 0,
      beyondTopN: elig.pairs_beyond_top_n,
      pairs: elig.pairs,
      users: elig.users,
      unknown: elig.pairs_with_unknown_contract,
      without: elig.pairs_without_group,
      created: input.pins?.created ?? 0,
    },
  );
}
