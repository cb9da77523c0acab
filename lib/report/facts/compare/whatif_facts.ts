/**
 * What scenarios come to, side by side.
 *
 * @module
 */
import { type Instance, userCount } from "../../../allocator/drop/instance/instance.ts";
import { leastsWithoutPairs } from "../../../allocator/drop/limits/limits_without_pairs.ts";
import type { BanInput } from "../../../allocator/drop/applied/before_input.ts";
import type { Scenario, SolvedScenario } from "../../../allocator/explain/whatif.ts";
import type { Allocation } from "../../../allocator/model/allocation.ts";
import { offerPlaces } from "../../../allocator/model/user_k.ts";
import { POLICY_FIELDS } from "../../../allocator/model/policy_table.ts";
import { excessOf, excessOfRows, useOfPairs } from "../../../allocator/model/row_use.ts";
import { compareIds } from "../../../base/ids/ids.ts";
import { withoutRounding } from "../../../base/numbers/without_rounding.ts";
import { type ChangeFacts, changeFacts } from "../change_facts.ts";
import { groupSummary } from "../summary.ts";
import { countUsage, type Usage } from "../usage.ts";
import { inFull, limitCalled, percent, percentInFull } from "../../words.ts";
import { WORTH_ROUNDING } from "../../../base/numbers/rounding.ts";

/** One group under one scenario. */
export interface ScenarioGroup {
  /** Its id. */
  group_id: string;
  /** Its users. */
  users: number;
  /** Least share of them that must be sponsored. */
  sponsorship_ratio: number;
  /** Share of them that are. */
  user_ratio: number;
  /** Users that the minimum lacks. */
  shortfall: number;
  /** Offers. */
  assignments: number;
  /** Σ score of the offers. */
  score: number;
}

/** One scenario and what comes of it. */
export interface ScenarioFacts {
  /** Its name. */
  name: string;
  /** What it changes, in words; "" for the drop as it is. */
  changes: string;
  /** Objective of the model. */
  objective: number;
  /** Σ score of the offers. */
  score: number;
  /** Offers. */
  assignments: number;
  /** assignments / offers that all users together can hold under the scenario's k, or their own. */
  fill_rate: number;
  /** Users that have a sponsored offer. */
  sponsored_users: number;
  /** Their share of the users. */
  sponsored_user_share: number;
  /** Share of the offers that are sponsored. */
  sponsored_share: number;
  /** Users without any offer. */
  users_without_offers: number;
  /** Users that the minima lack, also where the model does not ask for them. */
  shortfall: number;
  /**
   * The shortfall price: what each user that a minimum lacks, and each unit that limits at that price lack, takes off the
   * objective; absent: nothing is missed that costs it.
   */
  shortfall_price?: number;
  /** Rows of limits beyond their most or short of their least; absent: the drop has no limits. */
  limits_missed?: number;
  /** What those cost the objective; absent: the drop has no limits. */
  limits_cost?: number;
  /**
   * Leasts that no eligible pair counts toward, as a summary's `input.limits` counts them: they are missed whatever is done, and
   * are no rows; absent: the drop has no limits.
   */
  leasts_without_pairs?: number;
  /** How the offers differ from the previous ones; absent: the drop is not compared with any. */
  stability?: ChangeFacts;
  /** Proven upper bound on the objective. */
  bound: number | null;
  /** (bound − objective) / |bound|. */
  gap: number | null;
  /** Seconds that solving took. */
  seconds: number;
  /** Whether it was stopped before it was finished. */
  timed_out: boolean;
  /** Every group that has a user, by group_id. */
  groups: ScenarioGroup[];
}

/** Scenarios side by side; the first is what the others are compared with. */
export interface WhatIfFacts {
  /** Name of the drop. */
  title: string;
  /** The model. */
  model: "coverage" | "uniform";
  /** Users of the drop. */
  users: number;
  /** The scenarios, in the order given. */
  scenarios: ScenarioFacts[];
}

/** What solved scenarios come to. One pass over the pairs each. */
export function whatIfFacts(solved: readonly SolvedScenario[], title = "Drop"): WhatIfFacts {
  if (solved.length === 0) throw new RangeError("expected at least one solved scenario");
  return {
    title,
    model: solved[0].allocation.policy.model,
    users: userCount(solved[0].instance),
    scenarios: solved.map((one) => scenarioFacts(one)),
  };
}

/** What one solved scenario comes to; `counted` where its pairs and offers are counted already. */
export function scenarioFacts(
  { scenario, instance, allocation, seconds }: SolvedScenario,
  counted?: Usage,
): ScenarioFacts {
  const users = userCount(instance), assignments = allocation.offerPair.length;
  const usage = counted ?? countUsage(instance, allocation, allocation.policy);
  const stability = changeFacts(instance, allocation);
  const sum = (column: Float64Array) => column.reduce((total, n) => total + n, 0);
  const sponsoredUsers = sum(usage.sponsoredUsers);
  const groups = instance.groups.map((_, g): ScenarioGroup => {
    const { group_id, users, sponsorship_ratio, user_ratio, shortfall, assignments } = groupSummary(
      instance,
      usage,
      null,
      g,
    );
    const score = usage.score[g];
    return { group_id, users, sponsorship_ratio, user_ratio, shortfall, assignments, score };
  });
  return {
    name: scenario.name,
    changes: changesInWords(scenario),
    objective: allocation.objective,
    score: allocation.score,
    assignments,
    fill_rate: users === 0 ? 0 : assignments / offerPlaces(instance, allocation.policy),
    sponsored_users: sponsoredUsers,
    sponsored_user_share: users === 0 ? 0 : sponsoredUsers / users,
    sponsored_share: assignments === 0 ? 0 : sum(usage.sponsoredAssignments) / assignments,
    users_without_offers: sum(usage.usersWithoutOffers),
    shortfall: groups.reduce((total, { shortfall }) => total + shortfall, 0),
    ...priceOfMissed(allocation),
    ...limitsUnder(instance, allocation),
    ...(stability !== undefined && { stability }),
    bound: allocation.bound,
    gap: allocation.gap,
    seconds,
    timed_out: allocation.timedOut,
    groups,
  };
}

/** A group under some scenarios; null where bans leave it no user. */
export interface GroupUnder {
  /** Its id. */
  readonly group_id: string;
  /** By scenario. */
  readonly under: readonly (ScenarioGroup | null)[];
}

/** Every group that has a user under one of the scenarios, by group_id. */
export function groupsUnder(scenarios: readonly Pick<ScenarioFacts, "groups">[]): GroupUnder[] {
  const known = new Map<string, (ScenarioGroup | null)[]>();
  scenarios.forEach(({ groups }, i) =>
    groups.forEach((group) => {
      const under = known.get(group.group_id) ?? scenarios.map(() => null);
      under[i] = group;
      known.set(group.group_id, under);
    })
  );
  return [...known].sort(([a], [b]) => compareIds(a, b))
    .map(([group_id, under]) => ({ group_id, under }));
}

/** Whether any scenario has a least that no eligible pair counts toward. */
export function hasLeastsWithoutPairs({ scenarios }: WhatIfFacts): boolean {
  return scenarios.some(({ leasts_without_pairs: leasts = 0 }) => leasts > 0);
}

/** The shortfall price, where something is missed at it. */
function priceOfMissed(
  { shortfall, limitShortfall = 0, shortfallPrice }: Allocation,
): Pick<ScenarioFacts, "shortfall_price"> {
  return shortfall + limitShortfall > 0 ? { shortfall_price: shortfallPrice } : {};
}

/**
 * The shortfall price that objectives are counted at, in words; null where no scenario misses anything at it. It may be above what
 * `allocate` takes for one of the scenarios alone, as one that needs a higher price has all of them compared at that.
 */
export function shortfallPriceInWords({ scenarios }: WhatIfFacts): string | null {
  const missing = scenarios.filter((s) => s.shortfall_price !== undefined);
  if (missing.length === 0) return null;
  const ofLimits = scenarios.some((s) => s.limits_missed !== undefined);
  const each = "each user missing" +
    (ofLimits ? " and each unit of a least that has no price of its own" : "");
  const prices = [...new Set(missing.map((s) => s.shortfall_price!))];
  if (prices.length === 1) {
    return `shortfall price in every scenario: ${inFull(prices[0])} for ${each}`;
  }
  const list = missing.map((s) => `${inFull(s.shortfall_price!)} in ${s.name}`).join(", ");
  return `shortfall prices for ${each} differ: ${list}`;
}

/** Rows that are missed, and leasts that no eligible pair counts toward, which a scenario's bans may add to. */
function limitsUnder(
  instance: Instance,
  { offerPair, shortfallPrice }: Allocation,
): Pick<ScenarioFacts, "limits_missed" | "limits_cost" | "leasts_without_pairs"> {
  const { limits } = instance;
  if (limits === undefined) return {};
  const { rows } = limits, { used, size } = useOfPairs(rows, offerPair);
  const missed = rows.amount.filter((amount, r) => excessOf(used[r], size[r], amount) > 0).length;
  const { penalty } = excessOfRows(rows, { used, size }, shortfallPrice);
  return {
    limits_missed: missed,
    limits_cost: withoutRounding(penalty),
    leasts_without_pairs: leastsWithoutPairs(instance, limits)?.leasts ?? 0,
  };
}

/** What a scenario changes. */
export function changesInWords(scenario: Scenario): string {
  return listOfChanges(scenario).join(", ");
}

/** What a scenario changes, one by one. */
export function listOfChanges(scenario: Scenario): string[] {
  const { ratioScale = 1, setRatio = {}, capScale = {}, limitScale = {}, k } = scenario;
  const { brandCapScale = {}, setCap = {}, pins = [], bans = [], policy = {} } = scenario;
  return [
    ...(ratioScale === 1 ? [] : [`ratios × ${ratioScale}`]),
    ...Object.entries(setRatio).map(([id, ratio]) => `ratio of ${id} = ${percentInFull(ratio)}`),
    ...Object.entries(capScale).map(([id, factor]) => `cap of ${id} × ${factor}`),
    ...Object.entries(brandCapScale).map(([id, factor]) => `caps of brand ${id} × ${factor}`),
    ...Object.entries(setCap).map(([id, units]) => `cap of ${id} = ${units}`),
    ...Object.entries(limitScale).map(([name, factor]) =>
      name === "all" ? `limits × ${factor}` : `${limitCalled(name)} × ${factor}`
    ),
    ...pins.map(({ user, contract }) => `pin of ${contract} for ${user}`),
    ...bans.map((ban) => `ban of ${banInWords(ban)}`),
    ...(k === undefined ? [] : [`k = ${k}`]),
    ...POLICY_FIELDS.filter(({ name }) => policy[name] !== undefined).map(({ name, json }) =>
      `${json} = ${policy[name]}`
    ),
  ];
}

/** What a ban bans. */
function banInWords({ user, contract, brand, group }: BanInput): string {
  const what = contract ?? (brand === undefined ? "every contract" : `brand ${brand}`);
  const brandToo = contract !== undefined && brand !== undefined ? ` of brand ${brand}` : "";
  const whom = user !== undefined ? ` for ${user}` : group !== undefined ? ` for ${group}` : "";
  const groupToo = user !== undefined && group !== undefined ? ` of ${group}` : "";
  return what + brandToo + whom + groupToo;
}

/**
 * The cost of stability in a scenario: by which share its offers are worth less than those of the scenario in which
 * changes cost least; null where offers are not compared with previous ones. The change cost itself is not counted.
 */
export function lostToStability(
  { scenarios }: Pick<WhatIfFacts, "scenarios">,
  scenario: ScenarioFacts,
): number | null {
  const most = Math.max(...scenarios.map((s) => s.stability?.objective_before_cost ?? -Infinity));
  const { stability } = scenario;
  if (stability === undefined || most === 0) return null;
  const lost = (most - stability.objective_before_cost) / Math.abs(most);
  return lost > WORTH_ROUNDING ? lost : 0;
}

/** {@link lostToStability} as a percentage; "–" where it is not known. */
export function worthLostInWords(
  facts: Pick<WhatIfFacts, "scenarios">,
  scenario: ScenarioFacts,
): string {
  const lost = lostToStability(facts, scenario);
  return lost === null ? "–" : percent(lost, 3);
}

/** Whether minima are missed that the model does not ask for. */
export function missesFreely({ model, scenarios }: WhatIfFacts): boolean {
  return model === "coverage" && scenarios.some(({ shortfall }) => shortfall > 0);
}
