/**
 * Writes assignments as Parquet.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../../allocator/model/offers.ts";
import type { ByteSink } from "../../bytes/atomic_file.ts";
import { GROUP_ROWS, ParquetSink } from "../../parquet/parquet_sink.ts";

/** Writes offers in the same columns as CSV: ids as text, is_sponsored and holdout as booleans. See {@link assignmentsCsv}. */
export async function assignmentsParquet(
  sink: ByteSink,
  instance: Instance,
  { offerStart, offerPair }: Offers,
  isHeldOut: Uint8Array | null = null,
): Promise<void> {
  const { users, contracts, contract, score, group, groups, ratio } = instance;
  const parquet = new ParquetSink(sink, [
    { name: "user_id", type: "STRING", encoding: "PLAIN" },
    { name: "contract_address", type: "STRING", encoding: "RLE_DICTIONARY" },
    { name: "score", type: "DOUBLE", encoding: "PLAIN" },
    { name: "is_sponsored", type: "BOOLEAN" },
    { name: "group_id", type: "STRING", encoding: "RLE_DICTIONARY" },
    { name: "sponsorship_ratio", type: "DOUBLE" },
    ...(isHeldOut === null ? [] : [{ name: "holdout", type: "BOOLEAN" as const }]),
  ]);
  for (let u = 0; u + 1 < offerStart.length;) {
    const from = offerStart[u],
      ids: Uint8Array[] = [],
      userGroups: string[] = [],
      held: boolean[] = [],
      ratios: number[] = [];
    for (; u + 1 < offerStart.length && ids.length < GROUP_ROWS; u++) {
      const id = users.bytes.subarray(users.offsets[u], users.offsets[u + 1]);
      for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
        ids.push(id);
        userGroups.push(groups[group[u]]);
        ratios.push(ratio[group[u]]);
        held.push(isHeldOut?.[u] === 1);
      }
    }
    const pairs = offerPair.subarray(from, offerStart[u]);
    const contractOf = Array.from(pairs, (pair) => contract[pair]);
    await parquet.group([
      ids,
      contractOf.map((c) => contracts[c]),
      Float64Array.from(pairs, (pair) => score[pair]),
      contractOf.map((c) => c < instance.sponsoredContracts),
      userGroups,
      Float64Array.from(ratios),
      ...(isHeldOut === null ? [] : [held]),
    ]);
  }
  await parquet.finish();
}
