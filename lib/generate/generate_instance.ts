/**
 * Makes a synthetic drop in memory, without files.
 *
 * @module
 */
import { assemble } from "../allocator/drop/assemble.ts";
import { contractNamed } from "../allocator/drop/before/parties.ts";
import { buildDirectory, NO_CAP } from "../allocator/drop/instance/directory.ts";
import { IdPool } from "../base/ids/ids.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { noRows, PairRows } from "../allocator/drop/pairs/pair_rows.ts";
import { NO_GROUP, SyntheticDrop } from "./synthetic_drop.ts";
import type { SyntheticOptions } from "./synthetic_options.ts";

/**
 * The same instance as from reading the files that `generateDrop` writes with the same options.
 *
 * @example
 * ```ts
 * import { generateInstance } from "./generate_instance.ts";
 * import { assert } from "../deps/std_assert.ts";
 * assert(generateInstance({ users: 50 }).group.length <= 50);
 * ```
 */
export function generateInstance(options: SyntheticOptions): Instance {
  const drop = new SyntheticDrop(options);
  const { contracts } = drop;
  const grouped = Uint32Array.from(drop.group.keys()).filter((u) => drop.group[u] !== NO_GROUP);
  const userIds = numberPool(grouped.length, (i) => drop.userId(grouped[i]));
  const directory = buildDirectory(
    {
      contracts: contracts.map((c) => c.contract_address),
      sponsored: Uint8Array.from(contracts, (c) => c.is_sponsored ? 1 : 0),
      cap: Float64Array.from(contracts, (c) => c.cap_face),
      brands: contracts.map((c) => c.brand_id),
      about: new Map([["brand_id", contracts.map((c) => c.brand_id)]]),
    },
    {
      userIds,
      groupIds: drop.groupIds,
      user: Uint32Array.from(grouped.keys()),
      group: grouped.map((u) => drop.group[u]),
    },
    { groups: drop.groupIds, ratio: drop.ratio },
    10_000,
  );
  const index = contracts.map((c) => contractNamed(directory, c.contract_address));
  const rows = new PairRows(directory.contracts.length), leftOut = noRows();
  const userOf = directory.users.findAll(userIds);
  for (let g = 0; g < grouped.length; g++) {
    const { length, contract, micro } = drop.pairsOf(grouped[g]);
    for (let i = 0; i < length; i++) {
      leftOut.rows++;
      if (index[contract[i]] === NO_CAP) leftOut.withoutCapRows++;
      else rows.push(userOf[g], index[contract[i]], micro[i] / 1e6);
    }
  }
  return assemble(directory, rows.chunks, leftOut).instance;
}

/** A pool of whole numbers in decimal, without a string for each. */
function numberPool(count: number, value: (i: number) => number): IdPool {
  const MOST_DIGITS = 10;
  const bytes = new Uint8Array(MOST_DIGITS * count), offsets = new Uint32Array(count + 1);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const from = end;
    for (let rest = value(i); rest > 0; rest = Math.floor(rest / 10)) bytes[end++] = 48 + rest % 10;
    bytes.subarray(from, end).reverse();
    offsets[i + 1] = end;
  }
  return new IdPool(bytes.subarray(0, end), offsets);
}
