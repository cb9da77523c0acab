/**
 * A review from records in memory.
 *
 * @module
 */
import { checkId, checkRow, fieldFault, refuseNearFields } from "../base/given_field.ts";
import { inRange, rangeText } from "../base/value_kind.ts";
import { UsageError } from "../base/errors.ts";
import { IdTable } from "../base/ids/id_table.ts";
import { Float64List, Uint32List } from "../base/arrays/number_list.ts";
import { FIELD_OF_COLUMN } from "../allocator/drop/before/given_rows.ts";
import { assembleReview } from "./assemble_review.ts";
import { type ReviewData, SPONSORED, UNSPONSORED } from "./review_data.ts";
import type { OfferColumns, PairColumns, ReviewParts } from "./review_parts.ts";

/** A user and a contract. */
export interface ReviewedPair {
  /** Id of the user. */
  user: string;
  /** Id of the contract. */
  contract: string;
}

/** An offer, as `allocation.offers()` gives them. A field must be there for all offers or for none. */
export interface ReviewedOffer extends ReviewedPair {
  /** Its score: offers of a user are ranked by it. */
  score?: number;
  /** Whether the contract is sponsored. */
  sponsored?: boolean;
  /** The user's group. */
  group?: string;
}

/** What a review looks at. Users, contracts and groups are those of a drop's input, and win over what offers say. */
export interface ReviewInput {
  /** Offers that were made. */
  offers: Iterable<ReviewedOffer>;
  /** What users selected. */
  selections: Iterable<ReviewedPair>;
  /** What users redeemed. */
  redemptions?: Iterable<ReviewedPair>;
  /** Users held out. */
  heldOut?: Iterable<string>;
  /** All users, those without offers too. */
  users?: Iterable<{ id: string; group: string }>;
  /** Contracts; `plannedRate` is the cautious rate that a cap was made with. */
  contracts?: Iterable<
    { id: string; sponsored: boolean; cap?: number; brand?: string; plannedRate?: number }
  >;
  /** Least share of sponsored users by group. */
  groups?: Iterable<{ id: string; ratio: number }>;
}

/**
 * A review's columns of records.
 *
 * @throws {InputError} for a row that is none, an id that is no text or blank, and a number out of range
 * @throws {UsageError} for a field that only some offers have
 */
export function reviewDataOf(input: ReviewInput): ReviewData {
  const { offers, selections, redemptions, heldOut, users, contracts, groups } = input;
  const parts: ReviewParts = {
    offers: offerColumns(offers),
    selections: pairColumns(selections, "selections"),
    redemptions: redemptions === undefined ? null : pairColumns(redemptions, "redemptions"),
    contracts: contracts === undefined ? null : contractColumns([...contracts]),
    userGroups: users === undefined ? null : userColumns(users),
    groupRatios: groups === undefined ? null : groupColumns([...groups]),
    heldOut: heldOut === undefined
      ? null
      : IdTable.from(Array.from(heldOut, (id, i) => idOf(id, `heldOut[${i}]`, "user"))),
  };
  return assembleReview(parts);
}

/** An id, checked; `where` is its row: `offers[3]`. */
function idOf(id: unknown, where: string, column: string): string {
  checkId(id, where, column);
  return id;
}

/** Checks that a number, where there is one, is not below 0 nor above `most`. */
function checkNumber(value: unknown, where: string, column: string, most = Infinity): void {
  if (value === undefined) return;
  const range = most === Infinity ? { min: 0 } : { min: 0, max: most };
  if (typeof value === "number" && inRange(value, range)) return;
  throw fieldFault(where, column, value, rangeText(range));
}

/** Pairs one by one, numbered. */
class Pairs {
  readonly users = new IdTable();
  readonly contracts = new IdTable();
  readonly #user = new Uint32List();
  readonly #contract = new Uint32List();
  readonly #name: string;
  /** Pairs so far. */
  length = 0;

  constructor(name: string) {
    this.#name = name;
  }

  push(row: ReviewedPair): void {
    const where = `${this.#name}[${this.length++}]`;
    checkRow(row, where, "{user, contract}");
    const { user, contract } = row;
    this.#user.push(this.users.internString(idOf(user, where, "user")));
    this.#contract.push(this.contracts.internString(idOf(contract, where, "contract")));
  }

  columns(): PairColumns {
    const { users, contracts } = this;
    return { users, contracts, user: this.#user.array(), contract: this.#contract.array() };
  }
}

function pairColumns(rows: Iterable<ReviewedPair>, name: string): PairColumns {
  const pairs = new Pairs(name);
  for (const row of rows) pairs.push(row);
  return pairs.columns();
}

function offerColumns(rows: Iterable<ReviewedOffer>): OfferColumns {
  const pairs = new Pairs("offers");
  const score = new Float64List(), type = new Uint32List(), group = new Uint32List();
  const groups = new IdTable();
  const given = { score: 0, sponsored: 0, group: 0 };
  for (const row of rows) {
    pairs.push(row);
    checkOffer(row, `offers[${pairs.length - 1}]`);
    if (row.score !== undefined) given.score++;
    if (row.sponsored !== undefined) given.sponsored++;
    if (row.group !== undefined) given.group++;
    score.push(row.score ?? NaN);
    type.push(row.sponsored === true ? SPONSORED : UNSPONSORED);
    group.push(groups.internString(row.group ?? ""));
  }
  for (const [name, n] of Object.entries(given)) {
    if (n === 0 || n === pairs.length) continue;
    throw new UsageError(`${n} of ${pairs.length} offers have ${name}, expected all or none`);
  }
  if (given.score > 0 && !score.array().every(Number.isFinite)) {
    const at = score.array().findIndex((value) => !Number.isFinite(value));
    throw fieldFault(`offers[${at}]`, "score", score.array()[at], "a finite number");
  }
  return {
    ...pairs.columns(),
    score: given.score > 0 ? score.array() : null,
    type: given.sponsored > 0 ? Uint8Array.from(type.array()) : null,
    group: given.group > 0 ? { code: group.array(), values: groups.pool.toArray() } : null,
    ratio: null,
    heldOut: null,
  };
}

const OFFER_FIELDS = ["user", "contract", "score", "sponsored", "group"];

/** Checks what an offer has beside its ids. */
function checkOffer(row: ReviewedOffer, where: string): void {
  const { score, sponsored, group } = row;
  if (score !== undefined && typeof score !== "number") {
    throw fieldFault(where, "score", score, "a finite number");
  }
  if (sponsored !== undefined) checkFlag(sponsored, where);
  if (group !== undefined && typeof group !== "string") {
    throw fieldFault(where, "group", group, "an id");
  }
  refuseNearFields(row, () => where, OFFER_FIELDS, FIELD_OF_COLUMN);
}

function checkFlag(sponsored: unknown, where: string): void {
  if (typeof sponsored === "boolean") return;
  throw fieldFault(where, "sponsored", sponsored, "true or false");
}

const CONTRACT_FIELDS = ["id", "sponsored", "cap", "brand", "plannedRate"];

function contractColumns(
  rows: readonly {
    id: string;
    sponsored: boolean;
    cap?: number;
    brand?: string;
    plannedRate?: number;
  }[],
) {
  rows.forEach((row, i) => {
    const where = `contracts[${i}]`;
    checkRow(row, where, "{id, sponsored}");
    checkFlag(row.sponsored, where);
    if (typeof (row.brand ?? "") !== "string") {
      throw fieldFault(where, "brand", row.brand, "a text");
    }
    refuseNearFields(row, () => where, CONTRACT_FIELDS, FIELD_OF_COLUMN);
    checkNumber(row.cap, where, "cap");
    checkNumber(row.plannedRate, where, "plannedRate", 1);
  });
  return {
    contracts: rows.map(({ id }, i) => idOf(id, `contracts[${i}]`, "id")),
    sponsored: Uint8Array.from(rows, ({ sponsored }) => sponsored ? 1 : 0),
    brands: rows.some(({ brand }) => brand !== undefined)
      ? rows.map(({ brand }) => brand ?? "")
      : null,
    cap: Float64Array.from(rows, ({ cap }) => cap ?? NaN),
    plannedRate: Float64Array.from(rows, ({ plannedRate }) => plannedRate ?? NaN),
  };
}

function userColumns(rows: Iterable<{ id: string; group: string }>) {
  const users = new IdTable(), groups = new IdTable();
  const user = new Uint32List(), group = new Uint32List();
  let i = 0;
  for (const row of rows) {
    const where = `users[${i++}]`;
    checkRow(row, where, "{id, group}");
    user.push(users.internString(idOf(row.id, where, "id")));
    group.push(groups.internString(idOf(row.group, where, "group")));
  }
  return { users, groupIds: groups.pool.toArray(), user: user.array(), group: group.array() };
}

function groupColumns(rows: readonly { id: string; ratio: number }[]) {
  return {
    groups: rows.map((row, i) => {
      const where = `groups[${i}]`;
      checkRow(row, where, "{id, ratio}");
      if (row.ratio === undefined) {
        throw fieldFault(where, "ratio", undefined, "a number from 0 to 1");
      }
      checkNumber(row.ratio, where, "ratio", 1);
      return idOf(row.id, where, "id");
    }),
    ratio: Float64Array.from(rows, ({ ratio }) => ratio),
  };
}
