/**
 * Reads two files of assignments to compare, and the groups, types and brands for the comparison.
 *
 * @module
 */
import { readPhase } from "./bytes/read_progress.ts";
import { aboutContract } from "../allocator/drop/instance/contract_columns.ts";
import type { TextColumn } from "../allocator/drop/instance/attributes.ts";
import { type MatchedOffers, matchOffers, type OfferList } from "../allocator/model/offer_list.ts";
import type { RunControl } from "../base/progress.ts";
import { noteBlankRows, type TableControl } from "./csv/table_control.ts";
import { readCaps, truthOf } from "./tables/caps_table.ts";
import { type IdRows, offerIdsOf, readIdRows } from "./tables/id_rows.ts";
import { noteLeftOutOfCaps, noteLeftOutOfUserGroups } from "./tables/left_out_notes.ts";
import { readUserGroups } from "./tables/user_groups_table.ts";

/** The inputs of a comparison: each a file, `-`, a folder, a glob or a database. */
export interface DiffSources {
  /** Offers: user_id, contract_address; optionally score, is_sponsored, group_id. */
  before: string;
  /** The offers to compare with them. */
  after: string;
  /** Types and brands of contracts. */
  caps?: string;
  /** Groups of users. */
  userGroups?: string;
}

/** Type and brand of a contract, null where unknown. */
export interface KnownContract {
  /** Whether it is sponsored. */
  readonly sponsored: boolean | null;
  /** Its brand. */
  readonly brand: string | null;
  /** Columns of caps to show beside it; absent: none. */
  readonly about?: Record<string, string>;
}

/** Two lists of offers, matched by user and contract. */
export interface OffersToCompare {
  /** Both lists. */
  readonly matched: MatchedOffers;
  /** The group of a user, "" where unknown; absent: no groups are known. */
  readonly groupOf?: (user: number) => string;
  /** Contracts whose type or brand is known, by id. */
  readonly contracts: ReadonlyMap<string, KnownContract>;
}

const PAIR = ["user_id", "contract_address"] as const;
const BESIDE = { number: "score", texts: ["is_sponsored", "group_id"] } as const;

/**
 * Reads two lists of offers. Types of contracts are taken from caps, groups of users from user_groups; where those are not
 * given, both are taken from the lists, from `after` before `before`.
 *
 * @param control `show`: columns of caps to show beside contracts
 *
 * @throws {InputError} for what can't be read
 */
export async function readOffersToCompare(
  sources: DiffSources,
  control: TableControl & RunControl & { readonly show?: readonly string[] } = {},
): Promise<OffersToCompare> {
  const rows = async (source: string) => {
    control.signal?.throwIfAborted();
    control.onProgress?.({ phase: readPhase(source) });
    return noteBlankRows(source, await readIdRows(source, PAIR, BESIDE, control), control);
  };
  const before = await rows(sources.before), after = await rows(sources.after);
  const matched = matchOffers(offerList(before), offerList(after));
  const contracts = sources.caps === undefined
    ? new Map<string, KnownContract>()
    : await contractsOf(sources.caps, control);
  // Contracts that are missing in caps, such as last week's, may have a type in the lists.
  addTypes(contracts, [after, before]);
  const groupOf = sources.userGroups === undefined
    ? groupsBeside(matched, [after, before])
    : await groupsFrom(sources.userGroups, matched, control);
  return { matched, contracts, ...(groupOf !== null && { groupOf }) };
}

/** Rows of ids as a list of offers. */
function offerList(rows: IdRows): OfferList {
  return { ...offerIdsOf(rows), score: rows.number };
}

async function contractsOf(
  source: string,
  { show, ...control }: TableControl & { readonly show?: readonly string[] },
) {
  const caps = await readCaps(source, [], control, { show });
  const { contracts, sponsored, brands, about } = noteLeftOutOfCaps(source, caps, control);
  const known = new Map<string, KnownContract>();
  contracts.forEach((id, c) => {
    // The first row about a contract counts, as everywhere.
    if (!known.has(id)) {
      known.set(id, {
        sponsored: sponsored[c] === 1,
        brand: brands?.[c] ?? null,
        ...aboutContract({ about }, c),
      });
    }
  });
  return known;
}

/** Adds the types that the files give to contracts not known yet; the first type found for a contract counts. */
function addTypes(
  known: Map<string, KnownContract>,
  files: readonly IdRows[],
): void {
  for (const { ids: [, contracts], codes: [, contract], further, placeOf } of files) {
    const type = further.get("is_sponsored"), names = contracts.pool.toArray();
    if (type === undefined) continue;
    const isKnown = Uint8Array.from(names, (id) => known.has(id) ? 1 : 0);
    for (let row = 0; row < contract.length; row++) {
      const text = type.values[type.code[row]];
      if (isKnown[contract[row]] === 1 || text === "") continue;
      const place = { ...placeOf(row), column: "is_sponsored" };
      known.set(names[contract[row]], { sponsored: truthOf(text, place), brand: null });
      isKnown[contract[row]] = 1;
    }
  }
}

/**
 * The groups that the files give, those of the first file before those of the second, of its rows the first that names one; null:
 * neither file has groups.
 */
function groupsBeside(
  { users }: MatchedOffers,
  files: readonly IdRows[],
): ((user: number) => string) | null {
  const columns = files.flatMap((rows): [IdRows, TextColumn][] => {
    const column = rows.further.get("group_id");
    return column === undefined ? [] : [[rows, column]];
  });
  if (columns.length === 0) return null;
  const groupOf = new Array<string>(users.length).fill("");
  for (const [{ ids: [own], codes: [user] }, { code, values }] of columns.reverse()) {
    const groupOfOwn = new Array<string>(own.length).fill("");
    for (let row = user.length - 1; row >= 0; row--) {
      groupOfOwn[user[row]] = values[code[row]] || groupOfOwn[user[row]];
    }
    own.findAll(users).forEach((at, u) => {
      if (at >= 0) groupOf[u] = groupOfOwn[at] || groupOf[u];
    });
  }
  return (u) => groupOf[u];
}

async function groupsFrom(source: string, { users }: MatchedOffers, control: TableControl) {
  const rows = await readUserGroups(source, [], control);
  const { userTable, groupIds, user, group } = noteLeftOutOfUserGroups(source, rows, control);
  const groupOfOwn = new Array<string>(userTable!.length);
  for (let row = user.length - 1; row >= 0; row--) groupOfOwn[user[row]] = groupIds[group[row]];
  const place = userTable!.findAll(users);
  return (u: number) => groupOfOwn[place[u]] ?? "";
}
