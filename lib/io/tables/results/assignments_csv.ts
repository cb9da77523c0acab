/**
 * Writes assignments as CSV, a row per offer. Uses no files, so that it runs in a browser too.
 *
 * @module
 */
import { csvField, needsQuotes } from "../../../base/text/csv_field.ts";
import { viewOf } from "../../../base/ids/id_table.ts";
import { IdPool } from "../../../base/ids/ids.ts";
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../../allocator/model/offers.ts";
import type { ByteSink } from "../../bytes/atomic_file.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";

/** Columns of an assignments file, in their order. */
const ASSIGNMENT_COLUMNS = [
  "user_id",
  "contract_address",
  "score",
  "is_sponsored",
  "group_id",
  "sponsorship_ratio",
] as const;

/**
 * Writes offers as CSV.
 *
 * @param isHeldOut Uint8Array, length users: 1 for a user held out of the drop, which adds a column holdout; null: no column
 */
export async function assignmentsCsv(
  sink: ByteSink,
  instance: Instance,
  offers: Offers,
  isHeldOut: Uint8Array | null = null,
): Promise<void> {
  const { users, contract, score, group } = instance;
  const { offerStart, offerPair } = offers;
  const { sponsoredContracts, contracts, groups, ratio } = instance;
  // The text around the score, built once for each contract and once for each group and type.
  const tail = (flag: string, last = isHeldOut === null ? "" : ",False") =>
    groups.map((id, g) => `,${flag},${csvField(id)},${ratio[g]}${last}\n`);
  const pieces = IdPool.from([
    ...contracts.map((id) => `,${csvField(id)},`),
    ...tail("True"),
    ...tail("False"),
    ...(isHeldOut === null ? [] : [...tail("True", ",True"), ...tail("False", ",True")]),
  ]);
  const piece = viewOf(pieces.bytes), from = pieces.offsets, user = viewOf(users.bytes);
  const out = new TextBuffer(sink);
  out.text(`${ASSIGNMENT_COLUMNS.join(",")}${isHeldOut === null ? "" : ",holdout"}\n`);
  for (let u = 0; u + 1 < offerStart.length; u++) {
    if (offerStart[u] === offerStart[u + 1]) continue;
    const idFrom = users.offsets[u], idTo = users.offsets[u + 1];
    const quoted = needsQuotes(users.bytes, idFrom, idTo) ? csvField(users.at(u)) : null;
    const shift = isHeldOut?.[u] === 1 ? 2 * groups.length : 0;
    const sponsored = contracts.length + shift + group[u], unsponsored = sponsored + groups.length;
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const pair = offerPair[o], c = contract[pair];
      if (quoted === null) out.copy(user, idFrom, idTo);
      else out.text(quoted);
      out.copy(piece, from[c], from[c + 1]);
      out.number(score[pair]);
      const end = c < sponsoredContracts ? sponsored : unsponsored;
      out.copy(piece, from[end], from[end + 1]);
    }
    if (out.full) await out.flush();
  }
  await out.end();
}
