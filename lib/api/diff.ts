/**
 * Comparing two allocations, or two tables of assignments.
 *
 * @module
 */
import type { AssignmentTable } from "../allocator/model/assignment_table.ts";
import { matchOffers, type OfferList } from "../allocator/model/offer_list.ts";
import { OfferIdRows } from "../allocator/drop/instance/offer_ids.ts";
import { Float64List } from "../base/arrays/number_list.ts";
import { aText, checkOptions, isObject, type OptionRule } from "../base/validate.ts";
import { diffCharts } from "../report/charts/diff_charts.ts";
import { type DiffFacts, diffFacts } from "../report/facts/compare/diff_facts.ts";
import { diffText } from "../report/text/diff_text.ts";
import type { AllocatedDrop } from "./allocated_drop.ts";
import { checkTable } from "./given_table.ts";
import { shownInNotebook } from "./in_notebook.ts";
import { ShownFacts } from "./shown_facts.ts";

/** Options of {@link diff}. Allocations know groups and types themselves; tables of assignments don't. */
export interface DiffOptions {
  /** Name of the comparison, for the page. @default "Diff" */
  title?: string;
  /** Group of each user, by id. @default those of the allocations */
  groups?: ReadonlyMap<string, string>;
  /** Type and brand of contracts, by id. @default types as in the allocations, no brands */
  contracts?: ReadonlyMap<
    string,
    {
      readonly sponsored: boolean | null;
      readonly brand: string | null;
      /** Further columns to show beside its id, such as a name. */
      readonly about?: Record<string, string>;
    }
  >;
}

/**
 * What changed between two lists of offers, as facts (as `divvy diff --json`), charts, text or a page. In a notebook it shows
 * itself. There are no charts where nothing changed.
 */
export class Diff extends ShownFacts<DiffFacts> {
  /** Wraps facts; {@link diff} gathers them. */
  constructor(facts: DiffFacts, title = "Diff") {
    super(facts, {
      charts: diffCharts,
      text: diffText,
      html: async () => {
        const { diffHtml } = await import("../report/html/diff_html.ts");
        return (facts, page) => diffHtml(facts, title, page);
      },
    });
    shownInNotebook(this, (notebook) => notebook.diffBundle(facts, title));
  }
}

const OPTIONS: Readonly<Record<keyof DiffOptions, OptionRule>> = {
  title: aText,
  groups: aMap("a Map of user ids and group ids"),
  contracts: aMap("a Map of contract ids and {sponsored, brand}"),
};

function aMap(expected: string): OptionRule {
  return { expected, accepts: (value) => value instanceof Map };
}

function isAllocation(offers: AllocatedDrop | AssignmentTable): offers is AllocatedDrop {
  return isObject(offers) && "offers" in offers;
}

/**
 * What changed from one list of offers to another, such as a draft and the final one, or two weeks; of one drop or of two. The
 * order of rows does not matter.
 *
 * @throws {UsageError} for an unknown option, or where `before` or `after` is neither an allocation nor a table
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { diff } from "./diff.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const dropOf = (bob: number) => Drop.from({
 *   users: [{ id: "ann", group: "all" }, { id: "bob", group: "all" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "all", ratio: 0 }],
 *   pairs: [
 *     { user: "ann", contract: "tea", score: 0.5 },
 *     { user: "bob", contract: "tea", score: bob },
 *   ],
 * });
 * const draft = await allocate(dropOf(0.25)), final = await allocate(dropOf(0.75));
 * assertEquals(diff(draft, draft).facts.same, true);
 * assertEquals(diff(draft, final).facts.changes, [
 *   { user_id: "ann", group_id: "all", out: ["tea"], in: [] },
 *   { user_id: "bob", group_id: "all", out: [], in: ["tea"] },
 * ]);
 * ```
 */
export function diff(
  before: AllocatedDrop | AssignmentTable,
  after: AllocatedDrop | AssignmentTable,
  options: DiffOptions = {},
): Diff {
  if (!isAllocation(before)) checkTable("before", before);
  if (!isAllocation(after)) checkTable("after", after);
  checkOptions("diff", options, OPTIONS);
  const known = new Known();
  // Read `after` first, since its groups and types count where the two differ.
  const last = listOf(after, known), first = listOf(before, known);
  const matched = matchOffers(first, last);
  const { groups = known.groups, contracts = known.contracts, title } = options;
  const facts = diffFacts(matched, {
    contracts,
    ...(groups.size > 0 && { groupOf: (u: number) => groups.get(matched.users.at(u)) ?? "" }),
  });
  return new Diff(facts, title);
}

/** Groups of users and types of contracts, collected from allocations. */
class Known {
  readonly groups = new Map<string, string>();
  readonly contracts = new Map<string, { sponsored: boolean; brand: null }>();
}

function listOf(offers: AllocatedDrop | AssignmentTable, known: Known): OfferList {
  if (!isAllocation(offers)) {
    const hasScores = !offers.score.some(Number.isNaN);
    return { ...offers, score: hasScores ? offers.score : null };
  }
  const rows = new OfferIdRows(), score = new Float64List();
  for (const offer of offers.offers()) {
    rows.add(offer.user, offer.contract);
    score.push(offer.score);
    if (!known.groups.has(offer.user)) known.groups.set(offer.user, offer.group);
    if (known.contracts.has(offer.contract)) continue;
    known.contracts.set(offer.contract, { sponsored: offer.sponsored, brand: null });
  }
  return { ...rows.columns(), score: score.array() };
}
