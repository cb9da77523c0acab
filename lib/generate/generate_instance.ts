/**
 * A synthetic drop straight in memory.
 *
 * @module
 */
import { assemble } from "../allocator/assemble.ts";
import { buildDirectory } from "../allocator/directory.ts";
import { IdPool } from "../allocator/ids.ts";
import type { Instance } from "../allocator/instance.ts";
import { NO_CAP } from "../allocator/directory.ts";
import { noRows, PairRows } from "../allocator/pair_rows.ts";
import { NO_GROUP, SyntheticDrop, type SyntheticOptions } from "./synthetic_drop.ts";

/**
 * The instance that reading the files of `generateDrop` with the same options gives, without the files.
 *
 * @example
 * ```ts
 * import { generateInstance } from "./generate_instance.ts";
 * console.assert(generateInstance({ users: 50 }).group.length <= 50);
 * ```
 */
export function generateInstance(options: SyntheticOptions): Instance {
  const drop = new SyntheticDrop(options);
  const { contracts } = drop;
  const grouped = [];
  for (let u = 0; u < drop.users; u++) if (drop.group[u] !== NO_GROUP) grouped.push(u);
  const directory = buildDirectory(
    {
      contracts: contracts.map((c) => c.contract_address),
      sponsored: Uint8Array.from(contracts, (c) => c.is_sponsored ? 1 : 0),
      cap: Float64Array.from(contracts, (c) => c.cap_face),
      brands: contracts.map((c) => c.brand_id),
    },
    {
      userIds: IdPool.from(grouped.map((u) => String(drop.userId(u)))),
      groupIds: drop.groupIds,
      user: Uint32Array.from(grouped, (_, i) => i),
      group: Uint32Array.from(grouped, (u) => drop.group[u]),
    },
    { groups: drop.groupIds, ratio: drop.ratio },
    10_000,
  );
  const index = contracts.map((c) =>
    directory.contractIndex[directory.known.findString(c.contract_address)]
  );
  const rows = new PairRows(), leftOut = noRows();
  for (const u of grouped) {
    const { length, contract, micro } = drop.pairsOf(u);
    const user = directory.users.findString(String(drop.userId(u)));
    for (let i = 0; i < length; i++) {
      leftOut.rows++;
      if (index[contract[i]] === NO_CAP) leftOut.withoutCapRows++;
      else rows.push(user, index[contract[i]], micro[i] / 1e6);
    }
  }
  return assemble(directory, rows.chunks, leftOut).instance;
}
