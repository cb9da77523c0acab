/**
 * Reads the inputs of a review: the assignments of a drop, and what users selected and redeemed.
 *
 * @module
 */
import { dayOf, NO_DAY } from "../base/text/day.ts";
import { InputError, quote, UsageError } from "../base/errors.ts";
import type { IdTable } from "../base/ids/id_table.ts";
import { optionInWords } from "../base/option_words.ts";
import type { RunControl } from "../base/progress.ts";
import { assembleReview } from "../review/assemble_review.ts";
import type { ReviewData } from "../review/review_data.ts";
import type { ContractColumns, OfferColumns, PairColumns } from "../review/review_parts.ts";
import { parseNumberText } from "./bytes/parse_number.ts";
import { readPhase } from "./bytes/read_progress.ts";
import { noteBlankRows, type TableControl } from "./csv/table_control.ts";
import { readCaps, truthOf } from "./tables/caps_table.ts";
import {
  noteLeftOutOfCaps,
  noteLeftOutOfGroupRatios,
  noteLeftOutOfUserGroups,
} from "./tables/left_out_notes.ts";
import { PLANNED_RATE } from "./tables/planned_rate.ts";
import { readGroupRatios } from "./tables/group_ratios_table.ts";
import { type IdRows, readIdRows } from "./tables/id_rows.ts";
import { readUserGroups } from "./tables/user_groups_table.ts";

/** The inputs of a review: each a file, `-`, a folder, a glob or a database. */
export interface ReviewSources {
  /** Offers: user_id, contract_address; optionally score, is_sponsored, group_id, sponsorship_ratio and holdout. */
  assignments: string;
  /** Selections: user_id, contract_address; with {@link ReviewedDays} also at, a date or time. */
  selections: string;
  /** Redemptions, in the same columns. */
  redemptions?: string;
  /** Users held out: user_id. */
  holdout?: string;
  /** Contracts: contract_address, cap_face, is_sponsored; optionally brand_id and cautious_rate. */
  caps?: string;
  /** Groups of all users, including those without offers: user_id, group_id. */
  userGroups?: string;
  /** Targets: group_id, sponsorship_ratio. */
  groupRatios?: string;
}

/** Days whose selections and redemptions are reviewed, as `2025-08-14`, both ends included. */
export interface ReviewedDays {
  /** First day. @default any */
  since?: string;
  /** Last day. @default any */
  until?: string;
}

/** Columns to show beside contracts. */
export interface ShownColumns {
  /** Columns of caps. @default a name and a brand, if caps has them */
  readonly show?: readonly string[];
}

const PAIR = ["user_id", "contract_address"] as const;
/** Optional columns of assignments, which Divvy's own files have. */
const BESIDE = ["is_sponsored", "group_id", "sponsorship_ratio", "holdout"] as const;

/**
 * Reads a review's inputs. Rows are kept as numbers, so that millions of them fit in memory.
 *
 * @throws {UsageError} for days that are none, or where the last is before the first
 * @throws {InputError} for what can't be read, and for assignments that contradict each other
 */
export async function readReviewData(
  sources: ReviewSources,
  control: TableControl & RunControl & ReviewedDays & ShownColumns = {},
): Promise<ReviewData> {
  const read = <T>(source: string, rows: (source: string) => Promise<T>): Promise<T> => {
    control.signal?.throwIfAborted();
    control.onProgress?.({ phase: readPhase(source) });
    return rows(source);
  };
  const maybe = <T>(source: string | undefined, rows: (source: string) => Promise<T>) =>
    source === undefined ? Promise.resolve(null) : read(source, rows);
  const noted = <Rows extends { readonly blankRows?: number }>(source: string, rows: Rows) =>
    noteBlankRows(source, rows, control);
  const days = rangeOf(control);
  const pairs = (source: string) => readEvents(source, days, control);
  const offers = await read(
    sources.assignments,
    async (source) =>
      offerColumns(
        noted(source, await readIdRows(source, PAIR, { number: "score", texts: BESIDE }, control)),
      ),
  );
  const selections = await read(sources.selections, pairs);
  const redemptions = await maybe(sources.redemptions, pairs);
  const heldOut = await maybe(
    sources.holdout,
    async (source): Promise<IdTable> =>
      noted(source, await readIdRows(source, ["user_id"], {}, control)).ids[0],
  );
  const contracts = await maybe(sources.caps, (source) => contractColumns(source, control));
  const userGroups = await maybe(sources.userGroups, async (source) => {
    const { userTable, ...columns } = noteLeftOutOfUserGroups(
      source,
      await readUserGroups(source, [], control),
      control,
    );
    return { ...columns, users: userTable! };
  });
  const groupRatios = await maybe(
    sources.groupRatios,
    async (source) =>
      noteLeftOutOfGroupRatios(source, await readGroupRatios(source, [], control), control),
  );
  control.onProgress?.({ phase: "review" });
  return assembleReview({
    offers,
    selections,
    redemptions,
    contracts,
    userGroups,
    groupRatios,
    heldOut,
  });
}

/** Days since 1970, both ends included. */
interface DayRange {
  readonly first: number;
  readonly last: number;
}

/** The days to review; null: any. @throws {UsageError} for a day that there is not, or days in the wrong order */
function rangeOf({ since, until }: ReviewedDays): DayRange | null {
  if (since === undefined && until === undefined) return null;
  const read = (name: "since" | "until", text: string | undefined, open: number) => {
    if (text === undefined) return open;
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayOf(text) : NO_DAY;
    if (day !== NO_DAY) return day;
    throw new UsageError(
      `${optionInWords(name)} is ${quote(text)}, expected a day such as 2025-08-14`,
    );
  };
  const first = read("since", since, -Infinity), last = read("until", until, Infinity);
  if (first <= last) return { first, last };
  throw new UsageError(
    `${optionInWords("until")} is ${quote(until!)}, expected a day not before ${
      optionInWords("since")
    }, ${since}`,
  );
}

/** Reads selections or redemptions; of some days only those whose date in the column `at` is among them. */
async function readEvents(
  source: string,
  days: DayRange | null,
  control: TableControl,
): Promise<PairColumns> {
  const rows = await readIdRows(source, PAIR, days === null ? {} : { texts: ["at"] }, control);
  const pairs = pairColumns(noteBlankRows(source, rows, control));
  if (days === null) return pairs;
  const at = rows.further.get("at");
  if (at === undefined) {
    if (rows.rows === 0) return pairs;
    throw new InputError(`${source}: missing column at, by which days are reviewed`, {
      file: source,
      column: "at",
      expected: "columns user_id, contract_address, at",
    });
  }
  const inside = at.values.map((text) => {
    // What follows the date may be a time in any form.
    const day = dayOf(/^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? "");
    return day === NO_DAY ? null : days.first <= day && day <= days.last;
  });
  const bad = at.code.findIndex((code) => inside[code] === null);
  if (bad >= 0) {
    const place = { ...rows.placeOf(bad), column: "at" };
    const expected = "a date or time such as 2025-08-14 or 2025-08-14T15:00:00Z";
    throw InputError.at({ ...place, value: at.values[at.code[bad]], expected });
  }
  const isInside = (_: number, row: number) => inside[at.code[row]] === true;
  const user = pairs.user.filter(isInside), contract = pairs.contract.filter(isInside);
  return { ...pairs, user, contract, outsideDays: rows.rows - user.length };
}

function pairColumns({ ids: [users, contracts], codes: [user, contract] }: IdRows): PairColumns {
  return { users, contracts, user, contract };
}

function offerColumns(rows: IdRows): OfferColumns {
  const { further, placeOf } = rows;
  /** Turns a column of texts into numbers; converts each distinct text once. */
  const column = <T extends Uint8Array | Float64Array>(
    name: string,
    into: T,
    valueOf: (text: string, row: number) => number,
  ): T | null => {
    const texts = further.get(name);
    if (texts === undefined) return null;
    const values = new Float64Array(texts.values.length), seen = new Uint8Array(values.length);
    for (let row = 0; row < rows.rows; row++) {
      const code = texts.code[row];
      if (seen[code] === 0) values[code] = valueOf(texts.values[code], row);
      seen[code] = 1;
      into[row] = values[code];
    }
    return into;
  };
  const truth = (name: string) => (text: string, row: number) =>
    truthOf(text, { ...placeOf(row), column: name }) ? 1 : 0;
  const isHeldOut = truth("holdout");
  return {
    ...pairColumns(rows),
    score: rows.number,
    type: column("is_sponsored", new Uint8Array(rows.rows), truth("is_sponsored")),
    group: further.get("group_id") ?? null,
    ratio: column("sponsorship_ratio", new Float64Array(rows.rows), (text, row) => {
      const ratio = text === "" ? NaN : parseNumberText(text);
      if (text === "" || (ratio >= 0 && ratio <= 1)) return ratio;
      const place = { ...placeOf(row), column: "sponsorship_ratio" };
      throw InputError.at({ ...place, value: text, expected: "a number from 0 to 1" });
    }),
    // Blank means no: rows of users who take part may have a blank there.
    heldOut: column(
      "holdout",
      new Uint8Array(rows.rows),
      (text, row) => text === "" ? 0 : isHeldOut(text, row),
    ),
    placeOf,
  };
}

async function contractColumns(
  source: string,
  { show, ...control }: TableControl & ShownColumns,
): Promise<ContractColumns> {
  const caps = await readCaps(source, [PLANNED_RATE], control, { show });
  const { contracts, sponsored, cap, brands, further, about } = noteLeftOutOfCaps(
    source,
    caps,
    control,
  );
  const planned = further.get(PLANNED_RATE);
  return {
    contracts,
    sponsored,
    cap,
    brands,
    plannedRate: planned === undefined
      ? null
      : Float64Array.from(planned.code, (code) => parseNumberText(planned.values[code])),
    about,
  };
}
