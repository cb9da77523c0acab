/**
 * Bans and history as engines take them: bans as pairs of ids, and what each day of history means.
 *
 * @module
 */
import {
  type BanRows,
  BLANK_ID,
  type IdColumnList,
  type PinRows,
} from "../../allocator/drop/before/given_rows.ts";
import { bansAll } from "../../allocator/drop/before/bans.ts";
import { dayOf, dayText, NO_DAY } from "../../base/text/day.ts";
import { firstOfCooldowns, type HistoryRules } from "../../allocator/drop/before/history.ts";
import { ageing, STEPS, weightOf } from "../../allocator/drop/before/received.ts";
import { UsageError } from "../../base/errors.ts";
import type { SlotColumns } from "./slots.ts";

/** History, bans and pins. Bans and pins are read here, history by the engine. */
export interface EngineBefore {
  /** Rows of bans; null: none. */
  readonly bans: BanRows | null;
  /** Rows of pins; null: none. */
  readonly pins: PinRows | null;
  /** Names of the history's files, in the order of the drops. */
  readonly history: readonly string[];
  /** What history is used for. */
  readonly rules: HistoryRules;
  /** Whether a pin that is not eligible becomes so, with the score beside it. @default false */
  readonly pinsCreate?: boolean;
}

/** Bans with the contracts of each brand in place of the brand. */
export interface ResolvedBans {
  /** Contracts that nobody gets. */
  readonly contracts: readonly string[];
  /** Users who get nothing. */
  readonly users: readonly string[];
  /** Contracts that a user does not get. */
  readonly pairs: readonly (readonly [user: string, contract: string])[];
  /** Contracts that the users of a group do not get. */
  readonly ofGroups: readonly (readonly [group: string, contract: string])[];
  /** Bans of a user where it is of a group: of one contract, or of all (""). */
  readonly inGroup: readonly (readonly [user: string, group: string, contract: string])[];
  /** Where the first row stands that bans a pair of a user of some groups; null: none does. */
  readonly placeOf: (user: string, groups: readonly string[], contract: string) => string | null;
}

/** What a ban names; null: any. */
export interface NamedBan {
  readonly user: string | null;
  readonly contract: string | null;
  readonly brand: string | null;
  readonly group: string | null;
}

/** Bans, wherever they come from. */
interface NamedBans {
  readonly length: number;
  readonly at: (row: number) => NamedBan;
  readonly placeText: (row: number) => string;
}

/** The columns that bans are resolved by. */
type BanColumns = Pick<SlotColumns, "contracts" | "brand" | "brands" | "groups">;

/**
 * Resolves rows of bans.
 *
 * @throws InputError for a row that names nothing at all
 */
export function resolveBans(rows: BanRows, columns: BanColumns): ResolvedBans {
  const textAt = ({ ids, code }: IdColumnList, row: number) =>
    code[row] === BLANK_ID ? null : ids.pool.at(code[row]);
  const { user_id, contract_address, brand_id, group_id } = rows.columns;
  const at = (row: number) => ({
    user: textAt(user_id, row),
    contract: textAt(contract_address, row),
    brand: textAt(brand_id, row),
    group: textAt(group_id, row),
  });
  for (let row = 0; row < rows.length; row++) {
    if (Object.values(at(row)).every((id) => id === null)) throw bansAll(rows, row);
  }
  const { length } = rows;
  return resolveNamed({ length, at, placeText: (row) => rows.placeText(row) }, columns);
}

/** Resolves bans, each of which names something. */
export function resolveNamed(
  { length, at, placeText }: NamedBans,
  columns: BanColumns,
): ResolvedBans {
  const { contracts, brand, brands, groups } = columns;
  const known = new Set(contracts), knownGroups = new Set(groups);
  const ofBrand = new Map<string, string[]>();
  brand?.forEach((b, c) => {
    if (brands[b] === "") return;
    const list = ofBrand.get(brands[b]);
    if (list === undefined) ofBrand.set(brands[b], [contracts[c]]);
    else list.push(contracts[c]);
  });
  const meantBy = (contract: string | null, brandId: string | null): readonly string[] => {
    const named = brandId === null ? contracts : ofBrand.get(brandId) ?? [];
    if (contract === null) return named;
    // There may be many bans, and many contracts: that of one contract does not look at all of them.
    const isNamed = brandId === null ? known.has(contract) : named.includes(contract);
    return isNamed ? [contract] : [];
  };
  const found = { contracts: [], users: [], pairs: [], ofGroups: [], inGroup: [] } as {
    -readonly [name in Exclude<keyof ResolvedBans, "placeOf">]: ResolvedBans[name][number][];
  };
  for (let row = 0; row < length; row++) {
    const { user, contract, brand: brandId, group } = at(row);
    if (group !== null && !knownGroups.has(group)) continue;
    const all = contract === null && brandId === null;
    const meant = meantBy(contract, brandId);
    if (user === null) {
      for (const id of meant) {
        if (group === null) found.contracts.push(id);
        else found.ofGroups.push([group, id]);
      }
    } else if (group !== null) {
      for (const id of all ? [""] : meant) found.inGroup.push([user, group, id]);
    } else if (all) found.users.push(user);
    else for (const id of meant) found.pairs.push([user, id]);
  }
  const placeOf: ResolvedBans["placeOf"] = (user, groups, contract) => {
    const bans = (row: number) => {
      const { user: of, contract: named, brand: brandId, group } = at(row);
      return (of === null || of === user) && (named === null || named === contract) &&
        (group === null || groups.includes(group)) &&
        (brandId === null || (ofBrand.get(brandId) ?? []).includes(contract));
    };
    for (let row = 0; row < length; row++) if (bans(row)) return placeText(row);
    return null;
  };
  return { ...found, placeOf };
}

/** A time that offers of history were made at, as it stands there: a date, or the number of a file. */
export interface PastDay {
  /** How rows name it. */
  readonly day: string;
  /** What messages call it: `on 2025-08-14`, `in week1.csv`. */
  readonly when: string;
  /** Whether a contract offered then is cooling. */
  readonly coolsContract: boolean;
  /** Whether a brand offered then is cooling. */
  readonly coolsBrand: boolean;
  /** What an offer counts for rotation, in whole steps. */
  readonly weight: number;
  /** The same as a factor of scores. */
  readonly factor: number;
}

/**
 * What days mean, those after the drop's own left out.
 *
 * @param days distinct days as rows name them
 * @param dated whether they are dates; else they are the numbers of files
 * @param files names of the files of history
 * @throws UsageError for rotation by days without the drop's own
 */
export function pastDays(
  days: readonly string[],
  dated: boolean,
  rules: HistoryRules,
  files: readonly string[],
): PastDay[] {
  const { asOf, rotate } = rules;
  if (dated && rotate > 0 && asOf === null) {
    throw new UsageError("rotate needs asOf, the drop's day: history has dates");
  }
  const when = (day: string) => dated ? dayOf(day) : Number(day);
  const isPast = (day: string) =>
    when(day) !== NO_DAY && !(dated && asOf !== null && when(day) > asOf);
  const past = days.filter(isPast);
  const { contract, brand } = firstOfCooldowns(rules, new Set(past.map(when)));
  const age = ageing(dated, asOf, files.length);
  return past.map((day) => {
    const factor = weightOf(when(day), age);
    return {
      day,
      when: dated ? `on ${dayText(when(day))}` : `in ${files[Number(day)]}`,
      coolsContract: when(day) >= contract,
      coolsBrand: when(day) >= brand,
      weight: Math.round(factor * STEPS),
      factor,
    };
  });
}

/** How many drops these days are of: one day may be written in several ways. */
export function dropsOf(days: readonly Pick<PastDay, "day">[]): number {
  return new Set(days.map(({ day }) => dayOf(day) === NO_DAY ? day : dayOf(day))).size;
}
