/**
 * Reviewing a drop: one function from offers, selections and redemptions to facts, charts, text and a page.
 *
 * @module
 */
import { checkLimits, limitsOf, type ReadLimits } from "../io/bytes/read_limits.ts";
import type { ReadControl } from "../base/progress.ts";
import {
  aNumber,
  anything,
  aText,
  checkOptions,
  checkValue,
  isObject,
  type OptionRule,
  READ_CONTROL,
} from "../base/validate.ts";
import { refuseNearFields } from "../base/given_field.ts";
import { checkRenamed, DIALECT_OPTIONS, type DialectOptions } from "../io/csv/dialect_options.ts";
import { readReviewData, type ReviewedDays, type ReviewSources } from "../io/review_reader.ts";
import { shownInNotebook } from "./in_notebook.ts";
import { type FactsView, ShownFacts } from "./shown_facts.ts";
import { reviewCharts } from "../report/charts/review_charts.ts";
import { reviewFacts } from "../report/facts/review/gather_review.ts";
import type { ReviewFacts } from "../report/facts/review/review_facts.ts";
import { reviewText } from "../report/text/review_text.ts";
import type { ReviewData } from "../review/review_data.ts";
import { reviewDataOf, type ReviewInput } from "../review/review_input.ts";
import { usersWhoChoseNone } from "../review/user_shares.ts";

/** Options of {@link review}. */
export interface ReviewOptions {
  /** Name of the drop. @default "review" */
  title?: string;
  /** Confidence level of the intervals. @default 0.95 */
  confidence?: number;
}

const REVIEW_VIEW: FactsView<ReviewFacts> = {
  charts: reviewCharts,
  text: reviewText,
  html: async () => (await import("../report/html/review_html.ts")).reviewHtml,
};

/** A review of a drop, as facts (as `divvy review --json`), charts, text or a page. In a notebook it shows itself. */
export class Review extends ShownFacts<ReviewFacts> {
  readonly #data: ReviewData;

  /** Gathers the facts, as {@link review} does. */
  constructor(data: ReviewData, options: ReviewOptions & { files?: Record<string, string> }) {
    super(reviewFacts(data, options), REVIEW_VIEW);
    shownInNotebook(this, (notebook) => notebook.reviewBundle(this.facts));
    this.#data = data;
  }

  /** Ids of the users who have offers and selected or redeemed none, in no particular order. */
  usersWhoChoseNone(): string[] {
    return Array.from(usersWhoChoseNone(this.#data), (u) => this.#data.userIds.at(u));
  }
}

const REVIEW_OPTIONS: Readonly<Record<keyof ReviewOptions, OptionRule>> = {
  title: aText,
  confidence: aNumber({ min: 0, above: true, max: 0.9999 }),
};

const list: OptionRule = {
  expected: "a list",
  accepts: (value) => typeof value === "object" && value !== null && Symbol.iterator in value,
};

const REVIEW_INPUT: Readonly<Record<keyof ReviewInput, OptionRule>> = {
  offers: list,
  selections: list,
  redemptions: list,
  heldOut: list,
  users: list,
  contracts: list,
  groups: list,
};

/**
 * Reviews a drop: how many offers were selected and redeemed, by contract, brand, group, type and rank; users who selected a
 * sponsored offer; the lift over users held out; contracts that nobody selected. Shares have Wilson's intervals, differences
 * Newcombe's.
 *
 * @throws {InputError} for a row that is none, an id that is no text or blank, and offers that contradict each other
 * @throws {UsageError} for an unknown option, and for a field that only some offers have
 *
 * @example
 * ```ts
 * import { review } from "./review.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const { facts } = review({
 *   offers: [
 *     { user: "ann", contract: "tea", score: 0.9 },
 *     { user: "ann", contract: "cake", score: 0.4 },
 *     { user: "bob", contract: "cake", score: 0.7 },
 *   ],
 *   selections: [{ user: "ann", contract: "tea" }],
 *   redemptions: [{ user: "ann", contract: "tea" }],
 * });
 * assertEquals([facts.totals.offered, facts.totals.selected, facts.totals.redeemed], [3, 1, 1]);
 * assertEquals(facts.ranks!.map(({ selected }) => selected), [1, 0]);
 * assertEquals(facts.totals.users_chose_none, 1);
 * ```
 */
export function review(input: ReviewInput, options: ReviewOptions = {}): Review {
  checkOptions("review", options, REVIEW_OPTIONS);
  // Further fields are ignored, so that a drop's input can be passed as it is; but none that is nearly one of these.
  if (isObject(input)) {
    refuseNearFields(input, () => "the input of review", Object.keys(REVIEW_INPUT));
  }
  for (const [name, rule] of Object.entries(REVIEW_INPUT)) {
    const value = input?.[name as keyof ReviewInput];
    if (value === undefined && name !== "offers" && name !== "selections") continue;
    checkValue(name, value, rule);
  }
  return new Review(reviewDataOf(input), options);
}

/** Options of {@link readReview}. */
export interface ReadReviewOptions
  extends ReviewOptions, ReviewedDays, ReadControl, DialectOptions {
  /** Limits on the size of lines, fields, tables and compressed files, in bytes. @default DEFAULT_LIMITS, for each not given */
  limits?: Partial<ReadLimits>;
}

const READ_OPTIONS: Readonly<Record<keyof ReadReviewOptions, OptionRule>> = {
  ...REVIEW_OPTIONS,
  // That they are days is checked by the reader.
  since: aText,
  until: aText,
  ...READ_CONTROL,
  ...DIALECT_OPTIONS,
  // Checked by checkLimits.
  limits: anything,
};

const READ_SOURCES: Readonly<Record<keyof ReviewSources, OptionRule>> = {
  assignments: aText,
  selections: aText,
  redemptions: aText,
  holdout: aText,
  caps: aText,
  userGroups: aText,
  groupRatios: aText,
};

/**
 * Reads a drop's assignments, selections and redemptions, and reviews them; see {@link review}. Rows are kept as numbers, so
 * that millions of them fit in memory.
 *
 * @throws {InputError} for what can't be read
 * @throws {UsageError} for an unknown option or source
 *
 * @example
 * ```ts
 * import { readReview } from "../../mod.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const file = async (name: string, text: string) => {
 *   await Deno.writeTextFile(`${folder}/${name}`, text);
 *   return `${folder}/${name}`;
 * };
 * const { facts } = await readReview({
 *   assignments: await file("offers.csv", "user_id,contract_address,score\nann,tea,0.9\nbob,tea,0.4\n"),
 *   selections: await file("selections.csv", "user_id,contract_address\nann,tea\n"),
 * });
 * assertEquals([facts.totals.offered, facts.totals.selected], [2, 1]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function readReview(
  sources: ReviewSources,
  options: ReadReviewOptions = {},
): Promise<Review> {
  checkOptions("readReview", sources, READ_SOURCES);
  checkOptions("readReview", options, READ_OPTIONS);
  checkLimits(options.limits);
  checkRenamed(options.columns);
  checkValue("assignments", sources.assignments, aText);
  checkValue("selections", sources.selections, aText);
  const { title, confidence, since, until, onProgress, signal, limits, ...dialect } = options;
  const data = await readReviewData(sources, {
    dialect,
    limits: limitsOf(limits),
    since,
    until,
    onProgress,
    signal,
  });
  return new Review(data, { title, confidence });
}
