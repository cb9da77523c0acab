/**
 * Writes alternates: the offers that users get next when they decline one.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import { csvField } from "../../../base/text/csv_field.ts";
import type { ByteSink } from "../../bytes/atomic_file.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import { GROUP_ROWS, ParquetSink } from "../../parquet/parquet_sink.ts";
import { writeTable } from "./table_writer.ts";

/** Alternates in CSR order by user. */
export interface AlternateRows {
  /** Uint32Array, length users + 1. */
  readonly start: Uint32Array;
  /** Uint32Array, length alternates: the pair of each. */
  readonly pair: Uint32Array;
  /** Float64Array, length alternates: score of each less the prices of its limits. */
  readonly netValue: Float64Array;
}

/**
 * Writes alternates to a file that appears whole or not at all, in the format that its name says: user_id,
 * contract_address, rank (1: the first to use), score, net_value, is_sponsored, group_id. Rows are sorted by user_id, then
 * rank.
 *
 * @throws {InputError} where the file can't be made
 * @throws {UsageError} for a name whose ending means no known format
 */
export async function writeAlternates(
  path: string,
  instance: Instance,
  alternates: AlternateRows,
): Promise<void> {
  await writeTable(path, (sink) => alternatesCsv(sink, instance, alternates), {
    table: "alternates",
    parquet: (sink) => alternatesParquet(sink, instance, alternates),
  });
}

async function alternatesCsv(
  sink: ByteSink,
  { users, contracts, contract, score, sponsoredContracts, group, groups }: Instance,
  { start, pair, netValue }: AlternateRows,
): Promise<void> {
  const out = new TextBuffer(sink);
  out.text("user_id,contract_address,rank,score,net_value,is_sponsored,group_id\n");
  const named = contracts.map((id) => csvField(id)), inGroup = groups.map((id) => csvField(id));
  for (let u = 0; u < group.length; u++) {
    if (start[u] === start[u + 1]) continue;
    const user = csvField(users.at(u));
    for (let i = start[u]; i < start[u + 1]; i++) {
      const p = pair[i], c = contract[p];
      out.text(`${user},${named[c]},${i - start[u] + 1},`);
      out.number(score[p]);
      out.text(",");
      out.number(netValue[i]);
      out.text(`,${c < sponsoredContracts ? "True" : "False"},${inGroup[group[u]]}\n`);
    }
    if (out.full) await out.flush();
  }
  await out.end();
}

async function alternatesParquet(
  sink: ByteSink,
  { users, contracts, contract, score, sponsoredContracts, group, groups }: Instance,
  { start, pair, netValue }: AlternateRows,
): Promise<void> {
  const parquet = new ParquetSink(sink, [
    { name: "user_id", type: "STRING", encoding: "PLAIN" },
    { name: "contract_address", type: "STRING", encoding: "RLE_DICTIONARY" },
    { name: "rank", type: "DOUBLE" },
    { name: "score", type: "DOUBLE", encoding: "PLAIN" },
    { name: "net_value", type: "DOUBLE", encoding: "PLAIN" },
    { name: "is_sponsored", type: "BOOLEAN" },
    { name: "group_id", type: "STRING", encoding: "RLE_DICTIONARY" },
  ]);
  for (let u = 0; u < group.length;) {
    const from = start[u], ids: Uint8Array[] = [], ranks: number[] = [], inGroup: string[] = [];
    for (; u < group.length && ids.length < GROUP_ROWS; u++) {
      const id = users.bytes.subarray(users.offsets[u], users.offsets[u + 1]);
      for (let i = start[u]; i < start[u + 1]; i++) {
        ids.push(id);
        ranks.push(i - start[u] + 1);
        inGroup.push(groups[group[u]]);
      }
    }
    const pairs = pair.subarray(from, start[u]);
    const contractOf = Array.from(pairs, (p) => contract[p]);
    await parquet.group([
      ids,
      contractOf.map((c) => contracts[c]),
      Float64Array.from(ranks),
      Float64Array.from(pairs, (p) => score[p]),
      netValue.slice(from, start[u]),
      contractOf.map((c) => c < sponsoredContracts),
      inGroup,
    ]);
  }
  await parquet.finish();
}
