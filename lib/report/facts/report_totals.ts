/**
 * The sums of a report over the whole drop.
 *
 * @module
 */
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import { type LimitsFacts, unitsInWords } from "./limit_facts.ts";
import { counted, figureUp, total } from "../words.ts";

/** The sums over the whole drop. */
export interface ReportTotals {
  /** Users with an eligible pair. */
  users: number;
  /** Those of them who get nothing. */
  users_without_offers: number;
  /** Eligible pairs. */
  pairs: number;
  /** Contracts that can be given. */
  contracts: number;
  /** Groups that have a user. */
  groups: number;
  /** Offers made. */
  assignments: number;
  /** assignments / offers that all users together can hold. */
  fill_rate: number;
  /** Σ score of the offers. */
  score: number;
  /** Objective of the model. */
  objective: number;
  /** Proven upper bound on any objective; null where none was proven. */
  bound: number | null;
  /** (bound − objective) / |bound|; null where there is no bound. */
  gap: number | null;
  /** Upper bound that the certificate proves, by its prices or by cases: anyone can recompute it; null where there are no prices. */
  prices_bound: number | null;
  /**
   * How far the objective is below the bound that the prices alone prove: one more unit could add at most its price and
   * this. 0 where doubles can't tell the two apart; null where there are no prices.
   */
  price_slack: number | null;
  /**
   * The same for limits of single users, whose prices say nothing where the certificate says that users keep these limits
   * (`own_limits_kept`); absent: price_slack holds for them too.
   */
  own_price_slack?: number;
  /** Sponsored offers. */
  sponsored_assignments: number;
  /** sponsored_assignments / assignments; 0 where there are none. */
  sponsored_share: number;
  /** Users with a sponsored offer. */
  sponsored_users: number;
  /** Users with offers of both types. */
  mixed_users: number;
  /** Groups whose minimum is above 0. */
  groups_with_minimum: number;
  /** Groups that miss their minimum. */
  groups_missed: number;
  /** Σ over groups of the users that the minima lack. */
  shortfall: number;
  /** What the objective loses for them: the shortfall price times shortfall; 0 under model coverage. */
  shortfall_cost: number;
  /** Contracts given to more users than their cap. */
  cap_violations: number;
}

/** What missed minima and limits take off the objective, and for how many of them; "" where they take nothing. */
export function lossesInWords(
  { totals, limits }: {
    readonly totals: Pick<ReportTotals, "shortfall" | "shortfall_cost">;
    readonly limits?: LimitsFacts;
  },
): string {
  const missed = limits?.rows.filter(({ missed, unit_cost }) => missed * (unit_cost ?? 0) > 0) ??
    [];
  const cost = withoutRounding(
    missed.reduce((sum, { missed, unit_cost }) => sum + missed * unit_cost!, 0),
  );
  const parts: [number, string][] = [
    [totals.shortfall_cost, counted(totals.shortfall, "missing user")],
    [cost, counted(missed.length, "missed limit")],
  ];
  const lost = parts.filter(([cost]) => cost > 0);
  return lost.map(([cost, what], i) => `${total(cost)} ${i === 0 ? "off " : ""}for ${what}`)
    .join(", ");
}

/** What a unit of a contract may add beyond its price, as the end of a sentence; "" where the prices prove the optimum. */
export function slackInWords({ price_slack: slack }: Pick<ReportTotals, "price_slack">): string {
  return slack === null || slack === 0
    ? ""
    : `, beside the ${figureUp(slack, 2)} by which the bound of the prices is above the objective`;
}

/**
 * What one unit more would add to the objective at most, and of what that is made up, for the end of a sentence.
 *
 * @param most its price, and what the prices leave open
 * @example
 * ```ts
 * import { gainOfUnitInWords } from "./report_totals.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(gainOfUnitInWords(0.5, 0.5), "0.5 to the objective");
 * assertEquals(
 *   gainOfUnitInWords(0.5, 2.5),
 *   "2.5 to the objective: its price and the 2 by which the bound of the prices is above it",
 * );
 * ```
 */
export function gainOfUnitInWords(price: number, most: number, digits?: number): string {
  const shown = figureUp(most, digits), end = `${shown} to the objective`;
  return shown === figureUp(price, digits)
    ? end
    : `${end}: its price and the ${
      figureUp(most - price, digits)
    } by which the bound of the prices is above it`;
}

/** What the price of a contract says, as a sentence. */
export function contractPriceInWords(totals: Pick<ReportTotals, "price_slack">): string {
  return "A contract's price is what one more unit of its cap would add to the objective at most" +
    `${slackInWords(totals)}.`;
}

/** What the price of a limit says, as a sentence. */
export function limitPriceInWords(
  { rows }: { readonly rows: Parameters<typeof unitsInWords>[0] },
  totals: Pick<ReportTotals, "price_slack" | "own_price_slack">,
): string {
  return `A limit's price is what one unit more of its amount${unitsInWords(rows)} would add to ` +
    `the objective at most${limitSlackInWords(totals)}.`;
}

/** What a unit of a limit may add beyond its price, as the end of a sentence. */
export function limitSlackInWords(
  totals: Pick<ReportTotals, "price_slack" | "own_price_slack">,
): string {
  const { own_price_slack: own } = totals, shared = slackInWords(totals);
  if (own === undefined || own === 0) return shared;
  const ofOwn = `beside ${figureUp(own, 2)} for a limit of a single user`;
  return shared === "" ? `, ${ofOwn}` : `${shared} (${ofOwn})`;
}
