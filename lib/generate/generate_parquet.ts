/**
 * Writes the large files of a synthetic drop as Parquet.
 *
 * @module
 */
import type { RunControl } from "../base/progress.ts";
import type { FileWriter } from "../io/bytes/file_set.ts";
import { GROUP_ROWS, ParquetSink } from "../io/parquet/parquet_sink.ts";
import { reportProgress } from "./report_progress.ts";
import { NO_GROUP, type SyntheticDrop } from "./synthetic_drop.ts";

/** Writes the eligibility file; returns its number of rows. */
export async function writeEligParquet(
  path: string,
  drop: SyntheticDrop,
  write: FileWriter,
  control: RunControl,
): Promise<number> {
  const addresses = drop.contracts.map((c) => c.contract_address);
  let rows = 0;
  await write(path, async (sink) => {
    const parquet = new ParquetSink(sink, [
      { name: "user_id", type: "STRING", encoding: "RLE_DICTIONARY" },
      { name: "contract_address", type: "STRING", encoding: "RLE_DICTIONARY" },
      { name: "score", type: "DOUBLE", encoding: "PLAIN" },
    ]);
    for (let u = 0; u < drop.users;) {
      const users: string[] = [], contracts: string[] = [], scores: number[] = [];
      for (; u < drop.users && users.length < GROUP_ROWS; u++) {
        const id = String(drop.userId(u)), { length, contract, micro } = drop.pairsOf(u);
        for (let i = 0; i < length; i++) {
          users.push(id);
          contracts.push(addresses[contract[i]]);
          scores.push(micro[i] / 1e6);
        }
      }
      rows += users.length;
      await parquet.group([users, contracts, Float64Array.from(scores)]);
      reportProgress(control, u / drop.users, rows);
    }
    await parquet.finish();
  });
  return rows;
}

/** Writes the user-groups file. */
export async function writeUserGroupsParquet(
  path: string,
  drop: SyntheticDrop,
  write: FileWriter,
): Promise<void> {
  await write(path, async (sink) => {
    const parquet = new ParquetSink(sink, [
      { name: "user_id", type: "STRING", encoding: "PLAIN" },
      { name: "group_id", type: "STRING", encoding: "RLE_DICTIONARY" },
    ]);
    for (let u = 0; u < drop.users;) {
      const users: string[] = [], groups: string[] = [];
      for (; u < drop.users && users.length < GROUP_ROWS; u++) {
        if (drop.group[u] === NO_GROUP) continue;
        users.push(String(drop.userId(u)));
        groups.push(drop.groupIds[drop.group[u]]);
      }
      await parquet.group([users, groups]);
    }
    await parquet.finish();
  });
}
