/**
 * Hashes of a drop's inputs: the same for the same drop, whatever the files' format and the order of their rows.
 *
 * @module
 */
import { plainDecimal } from "../../base/numbers/plain_decimal.ts";
import { compareIds } from "../../base/ids/ids.ts";
import { Sha256 } from "../../base/text/sha256.ts";
import type { InputHashes } from "./hashed_inputs.ts";
import type { TextColumn } from "./instance/attributes.ts";
import { columnsNamed } from "./input_attributes.ts";
import type { Instance } from "./instance/instance.ts";
import type { Limits } from "./instance/limits.ts";
import type { Pins } from "./instance/pins.ts";
import type { Previous } from "./instance/previous.ts";

const TAB = 9, NEWLINE = 10;

/**
 * The hashes of a drop. Canonical form: UTF-8, a line for each row, ended by a newline; fields have tabs between them; in texts
 * a backslash, tab, newline and carriage return are written \\, \t, \n and \r; numbers are plain decimals of the fewest
 * digits that read as the number. Rows are in canonical order: contracts sponsored first, then by id; users and
 * groups by id; a user's pairs by contract. Ids are compared by their bytes. A column that limits name begins with a line
 * "table", "name" and has then one line for each contract, user, group or pair; columns are in the order of caps, user_groups,
 * group_ratios, elig, by name within each.
 *
 * @param elig the hash of the pairs, where it is known: {@link hashOfPairs} takes the most of the time
 */
export function inputHashes(instance: Instance, elig = hashOfPairs(instance)): InputHashes {
  return {
    caps: hashOfCaps(instance),
    user_groups: hashOfUsers(instance),
    group_ratios: hashOfGroups(instance),
    elig,
    ...(hasAttributes(instance) && { attributes: hashOfAttributes(instance) }),
    ...(instance.previous && { previous: hashOfPrevious(instance, instance.previous) }),
    ...(instance.pins && { pins: hashOfPins(instance, instance.pins) }),
  };
}

function hashOfCaps(
  { contracts, cap, sponsoredContracts, brand, brands }: Instance,
): string {
  const hash = new Sha256();
  contracts.forEach((id, c) => {
    const fields = [escaped(id), plainDecimal(cap[c]), c < sponsoredContracts ? "1" : "0"];
    if (brand !== null) fields.push(escaped(brands[brand[c]]));
    hash.text(`${fields.join("\t")}\n`);
  });
  return hash.hex();
}

function hashOfGroups({ groups, ratio }: Instance): string {
  const hash = new Sha256();
  groups.forEach((id, g) => hash.text(`${escaped(id)}\t${plainDecimal(ratio[g])}\n`));
  return hash.hex();
}

function hashOfUsers({ users, group, groups, k }: Instance): string {
  // A column of k that is blank for all users who count says nothing, as if it were not there.
  const ownK = k?.some((own) => own >= 0) ? k : undefined;
  const encoder = new TextEncoder();
  const line = groups.map((id) => encoder.encode(`\t${escaped(id)}`));
  return hashByUser(users, group.length, (hash, u) => {
    hash.bytes(line[group[u]]);
    if (ownK === undefined) return;
    hash.byte(TAB);
    if (ownK[u] >= 0) hash.whole(ownK[u]);
  });
}

/** The hash of a drop's pairs. */
export function hashOfPairs(
  { users, contracts, group, start, contract, score }:
    & Pick<Instance, "contracts" | "group" | "start" | "contract" | "score">
    & { users: IdBytes },
): string {
  const encoder = new TextEncoder();
  const pairOf = Array.from(contracts, (_, c) => encoder.encode(`\t${c}:`));
  return hashByUser(users, group.length, (hash, u) => {
    for (let p = start[u]; p < start[u + 1]; p++) {
      hash.bytes(pairOf[contract[p]]);
      hash.decimal(score[p]);
    }
  });
}

function hashOfPrevious(instance: Instance, { given }: Previous): string {
  return hashOfSome(instance, (p) => given[p] === 1);
}

function hashOfPins(instance: Instance, { pair }: Pins): string {
  let next = 0;
  return hashOfSome(instance, (p) => {
    const isPin = pair[next] === p;
    if (isPin) next++;
    return isPin;
  });
}

/** The hash of those pairs that `isOne` chooses; it is called for every pair in order. */
function hashOfSome(
  { users, contracts, group, start, contract }: Instance,
  isOne: (pair: number) => boolean,
): string {
  const encoder = new TextEncoder();
  const field = Array.from(contracts, (_, c) => encoder.encode(`\t${c}`));
  return hashByUser(users, group.length, (hash, u) => {
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (isOne(p)) hash.bytes(field[contract[p]]);
    }
  });
}

/** Ids as bytes: that of user u is `bytes[offsets[u] … offsets[u + 1])`. */
type IdBytes = Pick<Instance["users"], "bytes" | "offsets">;

/** The hash of a line for each user: its id, and the fields that `addFields` adds. */
function hashByUser(
  { bytes, offsets }: IdBytes,
  users: number,
  addFields: (hash: Sha256, u: number) => void,
): string {
  const hash = new Sha256();
  for (let u = 0; u < users; u++) {
    addId(hash, bytes, offsets[u], offsets[u + 1]);
    addFields(hash, u);
    hash.byte(NEWLINE);
  }
  return hash.hex();
}

/** An id's bytes, with what separates fields and lines written as \t, \n and so on. */
function addId(hash: Sha256, bytes: Uint8Array, from: number, to: number): void {
  let plain = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === 92 || byte === 9 || byte === 10 || byte === 13) plain = false;
  }
  if (plain) hash.bytes(bytes, from, to);
  else hash.text(escaped(new TextDecoder().decode(bytes.slice(from, to))));
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

/** The tables, in the order in which their columns are hashed. */
const TABLES = ["caps", "user_groups", "group_ratios", "elig"] as const;

/** The columns that limits name, in canonical order; other attributes don't change the hash. */
function attributeColumns(
  { families, attributes }: Limits,
): { table: string; name: string; column: TextColumn | Float64Array }[] {
  const { texts, numbers } = columnsNamed(families);
  return TABLES.flatMap((table) =>
    [...new Set([...texts, ...numbers])].toSorted(compareIds).flatMap((name) => {
      const column = table === "elig" && numbers.has(name)
        ? attributes.eligNumbers.get(name)
        : attributes[table].get(name);
      return column === undefined ? [] : [{ table, name, column }];
    })
  );
}

function hasAttributes({ limits }: Instance): boolean {
  return limits !== undefined && attributeColumns(limits).length > 0;
}

function hashOfAttributes({ limits }: Instance): string {
  const hash = new Sha256();
  const encoder = new TextEncoder();
  for (const { table, name, column } of attributeColumns(limits!)) {
    hash.text(`${table}\t${escaped(name)}\n`);
    if (column instanceof Float64Array) {
      for (const value of column) {
        hash.decimal(value);
        hash.byte(NEWLINE);
      }
    } else {
      const lines = column.values.map((text) => encoder.encode(`${escaped(text)}\n`));
      for (const code of column.code) hash.bytes(lines[code]);
    }
  }
  return hash.hex();
}
