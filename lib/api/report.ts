/**
 * Reporting: one function from an allocation to its facts, charts, text and page.
 *
 * @module
 */
import { type Allocation, countedAt } from "../allocator/model/allocation.ts";
import type { Certificate } from "../allocator/model/certificate.ts";
import { issueCertificate } from "./certificate.ts";
import { type Policy, policyFrom } from "../allocator/model/policy.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { POLICY_OPTIONS } from "./policy_options.ts";
import { readyDrop } from "./ready_drop.ts";
import { compareCharts } from "../report/charts/compare_charts.ts";
import { type CompareFacts, compareFacts } from "../report/facts/compare/compare_facts.ts";
import { compareText } from "../report/text/compare_text.ts";
import { UsageError } from "../base/errors.ts";
import "./drop_display.ts";
import { reportCharts } from "../report/charts/charts.ts";
import { shownInNotebook } from "./in_notebook.ts";
import { type FactsView, ShownFacts } from "./shown_facts.ts";
import { type ReportFacts, reportFacts, type RunDetails } from "../report/facts/facts.ts";
import { previewCharts } from "../report/charts/preview_charts.ts";
import {
  type PreviewDetails,
  type PreviewFacts,
  previewFacts,
} from "../report/facts/preview/preview_facts.ts";
import { previewText } from "../report/text/preview_text.ts";
import { reportText } from "../report/text/text.ts";
import {
  aNumber,
  aText,
  checkDrop,
  checkOptions,
  checkValue,
  type OptionRule,
  recordOf,
  shown,
  texts,
} from "../base/validate.ts";
import { checkAllocationOf } from "./allocation_of_drop.ts";

const REPORT_VIEW: FactsView<ReportFacts> = {
  charts: reportCharts,
  text: reportText,
  html: async () => (await import("../report/html/html.ts")).reportHtml,
};

const COMPARE_VIEW: FactsView<CompareFacts> = {
  charts: compareCharts,
  text: compareText,
  html: async () => (await import("../report/html/compare_html.ts")).compareHtml,
};

const PREVIEW_VIEW: FactsView<PreviewFacts> = {
  charts: previewCharts,
  text: previewText,
  html: async () => (await import("../report/html/preview_html.ts")).previewHtml,
};

/** A report on an allocation: its facts (as `divvy report --json`), charts, text and page. In a notebook it shows itself. */
export class Report extends ShownFacts<ReportFacts> {
  readonly #drop: Drop;
  readonly #allocation: Allocation;
  readonly #details: RunDetails;

  /** Gathers the facts, as {@link report} does. */
  constructor(drop: Drop, allocation: Allocation, details: RunDetails) {
    super(reportFacts(drop, allocation, details), REPORT_VIEW);
    shownInNotebook(this, (notebook) => notebook.reportBundle(this.facts));
    this.#drop = drop;
    this.#allocation = allocation;
    this.#details = details;
  }

  /**
   * The certificate, ready for JSON: prices by id, from which anyone can recompute the bound (`check` does) and from which next
   * week's run may start (`startPrices`). Null where the solver proved no bound by prices.
   */
  certificate(): Certificate | null {
    const { prices, bound } = this.#allocation;
    if (prices === null || bound === null) return null;
    return issueCertificate(this.#drop, this.#allocation);
  }

  /**
   * This allocation beside another of the same drop: figures of both, and the types, groups and contracts that differ. Where
   * their users missing to minima were counted at two prices, the objectives of both are counted at the higher one.
   *
   * @param other the report of the other one
   * @param names names of the two, for tables and charts
   * @throws {UsageError} if the other report is of another drop
   */
  compare(other: Report, names: readonly [string, string] = ["first", "second"]): Comparison {
    if (!(other instanceof Report)) {
      throw new UsageError(`other is ${shown(other)}, expected a Report, as report returns it`);
    }
    checkValue("names", names, {
      expected: "two names",
      accepts: (value) => texts.accepts(value) && names.length === 2,
    });
    if (other.#drop.instance.score !== this.#drop.instance.score) {
      throw new UsageError("the two reports are of different drops: diff compares their offers");
    }
    const price = Math.max(this.#allocation.shortfallPrice, other.#allocation.shortfallPrice);
    const side = (report: Report, name: string) => {
      const offers = countedAt(report.#allocation, price);
      const facts = offers === report.#allocation
        ? report.facts
        : reportFacts(report.#drop, offers, report.#details);
      return { name, facts, offers };
    };
    return new Comparison(
      compareFacts(this.#drop.instance, [side(this, names[0]), side(other, names[1])]),
    );
  }
}

/**
 * Two allocations of one drop side by side (as `divvy report --compare A B --json`); see {@link Report.compare}. In a notebook it
 * shows itself. There are no charts where both make the same offers.
 */
export class Comparison extends ShownFacts<CompareFacts> {
  /** Wraps facts; {@link Report.compare} gathers them. */
  constructor(facts: CompareFacts) {
    super(facts, COMPARE_VIEW);
    shownInNotebook(this, (notebook) => notebook.comparisonBundle(facts));
  }
}

/** What a drop's input allows, before it is allocated (as `divvy report --json` without assignments). In a notebook it shows itself. */
export class Preview extends ShownFacts<PreviewFacts> {
  /** Gathers the facts, as {@link preview} does. */
  constructor(drop: Drop, policy: Policy, details: PreviewDetails) {
    super(previewFacts(drop, policy, details), PREVIEW_VIEW);
    shownInNotebook(this, (notebook) => notebook.previewBundle(this.facts));
  }
}

const files = recordOf(aText, "an object of names and files");

/** Rules for the options of {@link preview}. */
const PREVIEW_OPTIONS: Readonly<Record<keyof Policy | keyof PreviewDetails, OptionRule>> = {
  ...POLICY_OPTIONS,
  title: aText,
  files,
};

/** Rules for the details of {@link report}. */
const REPORT_OPTIONS: Readonly<Record<keyof RunDetails, OptionRule>> = {
  title: aText,
  timings: recordOf(aNumber({ min: 0 }), "an object of names and seconds"),
  files,
  warnings: texts,
};

/**
 * Reports what a drop's input allows before it is allocated: whether the minima can be met, capacity against demand, how many
 * offers can be made at most, users with few eligible contracts, rows left out of the input.
 *
 * @param options the policy, of which k and the model matter here; name and files of the run
 * @throws {UsageError} for an unknown option, one out of range, or one about brands or previous offers that the drop has not
 * @throws {InputError} for pins that contradict a rule, or each other
 *
 * @example
 * ```ts
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { preview } from "./report.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 1 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const { facts } = preview(drop);
 * assertEquals(facts.feasibility.least_shortfall, 1);
 * assertEquals(facts.feasibility.most_offers, 1);
 * ```
 */
export function preview(
  drop: Drop,
  options: Partial<Policy> & PreviewDetails = {},
): Preview {
  checkDrop(drop);
  checkOptions("preview", options, PREVIEW_OPTIONS);
  const policy = policyFrom(options);
  return new Preview(readyDrop(drop, policy), policy, options);
}

/**
 * Reports on an allocation: offers, groups and contracts, what was proven, rows left out of the input.
 *
 * @param details name, files, timings and warnings of the run, if known
 * @throws {UsageError} for an unknown detail or one of the wrong type
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { report } from "./report.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const { facts } = report(drop, await allocate(drop), { title: "Two users" });
 * assertEquals(facts.totals.assignments, 1);
 * assertEquals(facts.totals.groups_missed, 0);
 * ```
 */
export function report(drop: Drop, allocation: Allocation, details: RunDetails = {}): Report {
  checkDrop(drop);
  checkAllocationOf(drop, allocation);
  checkOptions("report", details, REPORT_OPTIONS);
  return new Report(drop, allocation, details);
}
