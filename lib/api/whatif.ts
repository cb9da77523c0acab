/**
 * What-if: one function that solves a drop under changes and compares the results.
 *
 * @module
 */
import type { AllocateOptions } from "./allocate.ts";
import { type AllocatedDrop, allocatedDrop } from "./allocated_drop.ts";
import { policyFrom } from "../allocator/model/policy.ts";
import {
  type Scenario,
  type SolvedScenario,
  whatIf as solveScenarios,
} from "../allocator/explain/whatif.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { UsageError } from "../base/errors.ts";
import { checkSolve, SOLVE_OPTIONS } from "./policy_options.ts";
import { checkScenario } from "./scenario_rules.ts";
import { shownInNotebook } from "./in_notebook.ts";
import { type FactsView, ShownFacts } from "./shown_facts.ts";
import { loggedAs, printedShort } from "./short_view.ts";
import { whatIfCharts } from "../report/charts/whatif_charts.ts";
import { type WhatIfFacts, whatIfFacts } from "../report/facts/compare/whatif_facts.ts";
import { whatIfCsv, whatIfText } from "../report/text/whatif_text.ts";
import { aText, checkDrop, checkValue, type OptionRule } from "../base/validate.ts";

/** Options of {@link whatIf}: rules, weights, start prices. The solver is always `optimal`. */
export interface WhatIfDropOptions
  extends Omit<AllocateOptions, "solver" | "seed" | "scarcityAlpha" | "warmStart"> {
  /** Name of the drop, for titles. */
  title?: string;
}

/** A scenario, solved: its allocation is read by ids, as what `allocate` returns. */
export interface AllocatedScenario extends SolvedScenario {
  /** What was allocated. */
  readonly allocation: AllocatedDrop;
}

const WHAT_IF_VIEW: FactsView<WhatIfFacts> = {
  charts: whatIfCharts,
  text: whatIfText,
  html: async () => (await import("../report/html/whatif_html.ts")).whatIfHtml,
};

/** Scenarios solved and compared (as `divvy whatif --json`). In a notebook they show themselves. */
export class WhatIf extends ShownFacts<WhatIfFacts> {
  /** Each scenario's allocation, in the order given. */
  readonly solved: readonly AllocatedScenario[];

  /** Wraps solved scenarios; {@link whatIf} makes them. */
  constructor(solved: readonly AllocatedScenario[], title?: string) {
    super(whatIfFacts(solved, title), WHAT_IF_VIEW);
    shownInNotebook(this, (notebook) => notebook.whatIfBundle(this.facts));
    this.solved = solved;
    loggedAs(this, "WhatIf", () => this.facts);
  }

  /**
   * What `JSON.stringify` writes, and `console.log` shows: the comparison alone, as `divvy whatif --json` does, without the drops and
   * offers.
   */
  toJSON(): WhatIfFacts {
    return this.facts;
  }

  /** The comparison as CSV, a row per scenario. */
  csv(): string {
    return whatIfCsv(this.facts);
  }
}

/** Rules for the options of {@link whatIf}. */
const OPTIONS: Readonly<Record<keyof WhatIfDropOptions, OptionRule>> = {
  ...SOLVE_OPTIONS,
  title: aText,
};

function checkWhatIf(
  drop: Drop,
  scenarios: readonly Scenario[],
  options: WhatIfDropOptions,
): void {
  checkDrop(drop);
  checkValue("scenarios", scenarios, {
    expected: "a list of scenarios, one or more",
    accepts: (value) => Array.isArray(value) && value.length > 0,
  });
  for (const [i, scenario] of scenarios.entries()) {
    checkScenario(`scenarios[${i}]`, scenario);
    if (scenario.name === undefined) {
      throw new UsageError(`scenarios[${i}].name is missing, expected a text`);
    }
  }
  checkSolve("whatIf", drop.instance, options, OPTIONS);
}

/**
 * Solves a drop under each scenario, starting from the prices of the one before. The first should be the drop as it is (a
 * scenario with a name only), with which the others are compared. When `timeout` or `signal` stops it, it returns the
 * scenarios solved so far.
 *
 * @throws {UsageError} for a group, contract or limit that the drop does not have, or an unknown option or one out of range
 *
 * @example
 * ```ts
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { whatIf } from "./whatif.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const { solved } = await whatIf(drop, [{ name: "as it is" }, { name: "double", capScale: { tea: 2 } }]);
 * assertEquals(solved[1].allocation.score - solved[0].allocation.score, 0.4);
 * assertEquals(solved[1].allocation.offersOf("bob").map(({ contract }) => contract), ["tea"]);
 * ```
 */
export async function whatIf(
  drop: Drop,
  scenarios: readonly Scenario[],
  options: WhatIfDropOptions = {},
): Promise<WhatIf> {
  checkWhatIf(drop, scenarios, options);
  const { title, startPrices, gap, workers, timeout, signal, onProgress } = options;
  const control = { startPrices, gap, workers, timeout, signal, onProgress };
  const solved = await solveScenarios(drop.instance, policyFrom(options), scenarios, control);
  const readable = solved.map((one): AllocatedScenario => {
    const { scenario, seconds } = one;
    const allocation = allocatedDrop(one.instance, one.allocation);
    const figures = () => ({ scenario, seconds, allocation });
    return printedShort({ ...one, allocation }, "AllocatedScenario", figures);
  });
  return new WhatIf(readable, title);
}
