/**
 * Bans: pairs that must not be given, named by any combination of user, contract, brand and group.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { type BanRows, BLANK_ID, type IdColumnList } from "./given_rows.ts";
import { brandIndex, contractNamed, type Parties } from "./parties.ts";

/** ANY: the row leaves the field blank. NONE: the drop does not have that id. */
const ANY = -1, NONE = -2;

/** The bans, with ids turned into the drop's indices. */
export class Bans {
  /** Rows that name a user, contract, brand or group that the drop does not have. */
  unmatchedRows = 0;
  readonly #parties: Parties;
  readonly #contract: Int32Array;
  readonly #brand: Int32Array;
  readonly #group: Int32Array;
  /** Int32Array, length contracts: the first row that bans the contract for everybody; −1: none. */
  readonly #forAll: Int32Array;
  /** By group, then by contract: the first row that bans it for the group. */
  readonly #ofGroup = new Map<number, Map<number, number>>();
  /** Rows of user u are `rows[start[u] … start[u + 1])`. */
  readonly #start: Uint32Array;
  readonly #rows: Uint32Array;

  /**
   * Looks the rows' ids up.
   *
   * @throws {InputError} for a row that names nothing at all
   */
  constructor(rows: BanRows, parties: Parties) {
    const { columns, length } = rows;
    this.#parties = parties;
    const brands = brandIndex(parties);
    const groups = new Map(parties.groups.map((id, g) => [id, g]));
    const user = userNumbers(columns.user_id, parties);
    this.#contract = contractNumbers(columns.contract_address, parties);
    this.#brand = numbers(columns.brand_id, (id) => brands.get(id));
    this.#group = numbers(columns.group_id, (id) => groups.get(id));
    this.#forAll = new Int32Array(parties.contracts.length).fill(-1);
    this.#start = new Uint32Array(parties.users.length + 1);
    const isMatched = new Uint8Array(length);
    for (let row = 0; row < length; row++) {
      const ids = [user[row], this.#contract[row], this.#brand[row], this.#group[row]];
      if (ids.every((id) => id === ANY)) throw bansAll(rows, row);
      if (ids.includes(NONE)) {
        this.unmatchedRows++;
        continue;
      }
      isMatched[row] = 1;
      if (user[row] >= 0) this.#start[user[row] + 1]++;
      else if (this.#group[row] === ANY) this.#banForAll(row);
      else this.#addToGroup(row);
    }
    for (let u = 0; u < parties.users.length; u++) this.#start[u + 1] += this.#start[u];
    this.#rows = new Uint32Array(this.#start[parties.users.length]);
    const next = this.#start.slice();
    for (let row = 0; row < length; row++) {
      if (isMatched[row] === 1 && user[row] >= 0) this.#rows[next[user[row]]++] = row;
    }
  }

  /** The first row that bans contract `c` for user `u`; −1: none. */
  rowAgainst(u: number, c: number): number {
    const group = this.#parties.group[u];
    const first = firstOf(this.#forAll[c], this.#ofGroup.get(group)?.get(c) ?? -1);
    for (let i = this.#start[u]; i < this.#start[u + 1]; i++) {
      const row = this.#rows[i];
      const isOfGroup = this.#group[row] === ANY || this.#group[row] === group;
      if (isOfGroup && this.#matches(row, c)) return firstOf(first, row);
    }
    return first;
  }

  /** Whether contract `c` has the contract and brand that a row names, where it names them. */
  #matches(row: number, c: number): boolean {
    const contract = this.#contract[row], brand = this.#brand[row];
    return (contract === ANY || contract === c) &&
      (brand === ANY || this.#parties.brand![c] === brand);
  }

  #banForAll(row: number): void {
    for (let c = 0; c < this.#forAll.length; c++) {
      if (this.#forAll[c] < 0 && this.#matches(row, c)) this.#forAll[c] = row;
    }
  }

  #addToGroup(row: number): void {
    const rows = this.#ofGroup.get(this.#group[row]) ?? new Map<number, number>();
    this.#ofGroup.set(this.#group[row], rows);
    for (let c = 0; c < this.#forAll.length; c++) {
      if (!rows.has(c) && this.#matches(row, c)) rows.set(c, row);
    }
  }
}

/** The smaller of two rows, where −1 is none. */
function firstOf(a: number, b: number): number {
  return a < 0 || b < 0 ? Math.max(a, b) : Math.min(a, b);
}

const COLUMNS = ["user_id", "contract_address", "brand_id", "group_id"] as const;

/** The error for a row that names nothing at all. */
export function bansAll(rows: BanRows, row: number): InputError {
  const [user, contract, brand, group] = COLUMNS.map((column) => rows.nameOf(row, column));
  return new InputError(
    `${rows.placeText(row)}: every column is blank, expected a ${user}, ${contract}, ` +
      `${brand} or ${group} to ban`,
    { ...rows.placeOf(row), expected: "an id in at least one column" },
  );
}

/** A column of ids as indices: each distinct id is looked up once. */
function numbers(
  { ids, code }: IdColumnList,
  find: (id: string) => number | undefined,
): Int32Array {
  const known = Int32Array.from(
    { length: ids.length },
    (_, i) => find(ids.pool.at(i)) ?? NONE,
  );
  return Int32Array.from(code, (i) => i === BLANK_ID ? ANY : known[i]);
}

function contractNumbers(column: IdColumnList, parties: Parties): Int32Array {
  return numbers(column, (id) => {
    const c = contractNamed(parties, id);
    return c >= 0 && c < parties.contracts.length ? c : undefined;
  });
}

/** {@link numbers} of users, looked up by their bytes: there may be millions, and no strings are made. */
function userNumbers({ ids, code }: IdColumnList, { users }: Parties): Int32Array {
  const known = users.findAll(ids.pool).map((u) => u < 0 ? NONE : u);
  return Int32Array.from(code, (i) => i === BLANK_ID ? ANY : known[i]);
}
