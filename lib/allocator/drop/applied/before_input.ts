/**
 * History, pins and bans given in memory.
 *
 * @module
 */
import { DECLINED, OUTCOMES } from "../before/outcomes.ts";
import { InputError } from "../../../base/errors.ts";
import { checkId, fieldFault } from "../../../base/given_field.ts";
import { aNumber, anything, checkOptions, type OptionRule } from "../../../base/validate.ts";
import type { Before } from "./apply_before.ts";
import { type BeforeOptions, historyRules } from "./before_options.ts";
import { DATE_EXPECTED, dayOf, NO_DAY } from "../../../base/text/day.ts";
import { History, type HistoryRules } from "../before/history.ts";
import { type BanRows, GivenRows, type PinRows } from "../before/given_rows.ts";
import {
  brandIndex,
  brandNamed,
  contractNamed,
  type PairsByUser,
  type Parties,
} from "../before/parties.ts";
import type { Directory } from "../instance/directory.ts";

/** An offer of an earlier drop. */
export interface HistoryInput {
  /** Id of the user. */
  user: string;
  /** Id of the contract. */
  contract: string;
  /** When it was offered: an ISO date or time, in all rows or in none. @default none: all rows are of one drop */
  offeredAt?: string;
  /** What the user did with it. @default "offered" */
  outcome?: "offered" | "selected" | "redeemed" | "declined";
  /** Its score, for `rotate`. @default none */
  score?: number;
  /** Brand of a contract that the drop does not have. @default none */
  brand?: string;
}

/** Offers of earlier drops as columns, all of the same length. */
export interface HistoryColumns {
  /** Ids of users. */
  user: readonly string[];
  /** Ids of contracts. */
  contract: readonly string[];
  /** When each was offered: ISO dates or times. @default none */
  offeredAt?: readonly string[];
  /** What the user did with each. @default "offered" */
  outcome?: readonly ("offered" | "selected" | "redeemed" | "declined")[];
  /** Scores, for `rotate`. @default none */
  score?: ArrayLike<number>;
}

/** A pair that must be given. */
export interface PinInput {
  /** Id of the user. */
  user: string;
  /** Id of the contract. */
  contract: string;
  /** Its score, where `pinsCreate` makes it a pair. @default none */
  score?: number;
}

/** Pairs that must not be given: those that match every field that is set. */
export interface BanInput {
  /** Id of the user. @default any */
  user?: string;
  /** Id of the contract. @default any */
  contract?: string;
  /** Id of the brand. @default any */
  brand?: string;
  /** Id of the group. @default any */
  group?: string;
}

/** The history, pins and bans of a drop in memory. */
interface BeforeInput {
  readonly history?: readonly HistoryInput[] | HistoryColumns;
  readonly pins?: readonly PinInput[];
  readonly bans?: readonly BanInput[];
}

/**
 * Reads the history, pins and bans of a drop in memory; null: there are none.
 *
 * @throws {UsageError} what `historyRules` throws
 * @throws {InputError} for a blank id, or a date or outcome that is none
 */
export function beforeOfInput(
  { history, pins, bans }: BeforeInput,
  options: BeforeOptions,
  directory: Directory,
): Before | null {
  const rules = historyRules(options, {
    history: history !== undefined,
    pins: pins !== undefined,
  });
  if (history === undefined && pins === undefined && bans === undefined) return null;
  return {
    history: history === undefined
      ? null
      : (pairs) => historyOf(rowsOf(history), directory, pairs, rules),
    pins: pins === undefined ? null : pinRows(pins),
    bans: bans === undefined ? null : banRows(bans),
    rules,
    pinsCreate: options.pinsCreate ?? false,
  };
}

/** Rows of history, whichever way they were given. */
interface Rows {
  readonly length: number;
  at(i: number): HistoryInput;
}

function rowsOf(history: readonly HistoryInput[] | HistoryColumns): Rows {
  if (!("user" in history)) return { length: history.length, at: (i) => history[i] };
  const { user, contract, offeredAt, outcome, score } = history, { length } = user;
  for (const [name, column] of Object.entries({ contract, offeredAt, outcome, score })) {
    if (column === undefined || column.length === length) continue;
    throw new InputError(
      `history: columns have different lengths: user ${length}, ${name} ${column.length}`,
      { file: "history" },
    );
  }
  return {
    length,
    at: (i) => ({
      user: user[i],
      contract: contract[i],
      offeredAt: offeredAt?.[i],
      outcome: outcome?.[i],
      score: score?.[i],
    }),
  };
}

function historyOf(
  rows: Rows,
  parties: Parties,
  pairs: PairsByUser,
  rules: HistoryRules,
): History {
  const history = new History(parties, pairs, rules, 1), brands = brandIndex(parties);
  const dated = rows.length > 0 && rows.at(0).offeredAt !== undefined;
  history.beginFile("history", dated, "offeredAt");
  for (let i = 0; i < rows.length; i++) {
    const { user, contract, offeredAt, outcome = "offered", score = NaN, brand } = rows.at(i);
    const where = `history[${i}]`;
    checkId(user, where, "user");
    checkId(contract, where, "contract");
    // A Date has a time zone, and so may be either of two days.
    const when = !dated ? 0 : typeof offeredAt === "string" ? dayOf(offeredAt) : NO_DAY;
    if (when === NO_DAY || (!dated && offeredAt !== undefined)) {
      throw fieldFault(where, "offeredAt", offeredAt, dated ? DATE_EXPECTED : "dates in all rows");
    }
    if (!OUTCOMES.includes(outcome)) {
      throw fieldFault(where, "outcome", outcome, OUTCOMES.join(", "));
    }
    const index = contractNamed(parties, contract);
    const c = index < parties.contracts.length ? index : -1;
    history.add(
      parties.users.findString(user),
      c,
      brandNamed(parties, contract, brands.get(brand ?? "") ?? -1),
      when,
      outcome === OUTCOMES[DECLINED],
      score,
    );
  }
  return history;
}

const PIN_FIELDS: Readonly<Record<keyof PinInput, OptionRule>> = {
  user: anything,
  contract: anything,
  score: aNumber(),
};

const BAN_FIELDS: Readonly<Record<keyof BanInput, OptionRule>> = {
  user: anything,
  contract: anything,
  brand: anything,
  group: anything,
};

function pinRows(pins: readonly PinInput[]): PinRows {
  const rows: PinRows = new GivenRows(["user_id", "contract_address"]);
  rows.beginFile("pins");
  pins.forEach((pin, i) => {
    checkOptions(`pins[${i}]`, pin, PIN_FIELDS);
    const { user, contract, score = NaN } = pin;
    checkId(user, `pins[${i}]`, "user");
    checkId(contract, `pins[${i}]`, "contract");
    rows.columns.user_id.addText(user);
    rows.columns.contract_address.addText(contract);
    rows.addPlace(-1 - i, score);
  });
  return rows;
}

function banRows(bans: readonly BanInput[]): BanRows {
  const rows: BanRows = new GivenRows(["user_id", "contract_address", "brand_id", "group_id"]);
  rows.beginFile("bans");
  bans.forEach((ban, i) => {
    checkOptions(`bans[${i}]`, ban, BAN_FIELDS);
    const { user, contract, brand, group } = ban;
    for (const [name, id] of Object.entries({ user, contract, brand, group })) {
      if (id !== undefined && id !== "") checkId(id, `bans[${i}]`, name);
    }
    rows.columns.user_id.addText(user);
    rows.columns.contract_address.addText(contract);
    rows.columns.brand_id.addText(brand);
    rows.columns.group_id.addText(group);
    rows.addPlace(-1 - i);
  });
  return rows;
}
