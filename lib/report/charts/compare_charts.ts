/**
 * The charts of two allocations side by side.
 *
 * @module
 */
import type { VegaLiteSpec } from "../../deps/vega.ts";
import type { ComparedGroup, CompareFacts } from "../facts/compare/compare_facts.ts";
import { contractNames } from "../facts/contract_about.ts";
import { shownRanks } from "../facts/user_facts.ts";
import { count, counted, percent, shortIds } from "../words.ts";
import {
  allOffersInWords,
  barsBothWays,
  chart,
  countAxis,
  drawnGroups,
  drawnInWords,
  legendOf,
  minimumColour,
  NAMED_BARS,
  rounded,
  shareAgainstShare,
  shownCharts,
} from "./chart_parts.ts";
import { palette } from "./palette.ts";

/** Every chart of a comparison that has something to show, by name; none where both make the same offers. */
export function compareCharts(facts: CompareFacts): Record<string, VegaLiteSpec> {
  if (facts.same) return {};
  return shownCharts({
    offers_per_user: offersChart(facts),
    choice_rank: ranksChart(facts),
    group_people: groupPeopleChart(facts),
    group_ratios: groupRatiosChart(facts),
    contracts: contractsChart(facts),
  });
}

/** Bars of both beside each other. */
function pairedBars(
  { allocations }: CompareFacts,
  x: { field: string; title: string },
  y: { field: string; title: string },
): Record<string, unknown> {
  const names = allocations.map(({ name }) => name);
  return {
    mark: "bar",
    encoding: {
      x: { field: x.field, type: "ordinal", sort: null, title: x.title },
      xOffset: { field: "allocation", sort: names },
      y: { field: y.field, type: "quantitative", title: y.title, axis: countAxis },
      color: {
        field: "allocation",
        type: "nominal",
        sort: names,
        scale: { domain: names, range: [palette.neutral, palette.sponsored] },
        legend: legendOf(names),
      },
    },
  };
}

function offersChart(facts: CompareFacts): VegaLiteSpec | null {
  const { allocations: [a, b], k } = facts;
  const values = facts.allocations.flatMap(({ name, users }) =>
    users.offers_per_user.map((row) => ({
      offers: String(row.offers),
      users: row.users,
      allocation: name,
    }))
  );
  const allOffers = allOffersInWords(facts);
  const of = (side: typeof a, offers: number) => side.users.offers_per_user[offers]?.users ?? 0;
  if (a.users.offers_per_user.every((row, i) => of(b, i) === row.users)) return null;
  return chart(
    "Offers per user",
    `Users with ${allOffers}: ${count(of(a, k))} in ${a.name}, ${count(of(b, k))} in ` +
      `${b.name}.` +
      (of(a, 0) + of(b, 0) === 0 ? "" : ` Without any: ${count(of(a, 0))} and ${count(of(b, 0))}.`),
    values,
    pairedBars(facts, { field: "offers", title: "Offers" }, { field: "users", title: "Users" }),
  );
}

function ranksChart(facts: CompareFacts): VegaLiteSpec {
  const { allocations: [a, b] } = facts;
  const ranks = Math.max(
    ...facts.allocations.map(({ users }) => shownRanks(users.choice_ranks).length),
  );
  const values = facts.allocations.flatMap(({ name, users }) =>
    users.choice_ranks.slice(0, ranks).map((row) => ({
      choice: row.to_rank === null ? `${row.from_rank}+` : String(row.from_rank),
      offers: row.offers,
      allocation: name,
    }))
  );
  const first = (side: typeof a) => percent(side.users.choice_ranks[0].share);
  return chart(
    "Which of their own choices users got",
    `Offers by their rank among the user's own options. First choices: ${first(a)} of the offers ` +
      `of ${a.name}, ${first(b)} of those of ${b.name}.`,
    values,
    pairedBars(facts, { field: "choice", title: "Rank of the offer (1 = the user's best score)" }, {
      field: "offers",
      title: "Offers",
    }),
  );
}

/** Colours of bars to the right and to the left. */
function waysColour(
  ways: readonly [right: string, left: string],
  colours: readonly [right: string, left: string],
): Record<string, unknown> {
  return {
    sort: [...ways],
    scale: { domain: [...ways], range: [...colours] },
    legend: legendOf(ways),
  };
}

/** Users better and worse off, by group; null for a single group, where a sentence says as much. */
function groupPeopleChart(facts: CompareFacts): VegaLiteSpec | null {
  const changed = facts.groups.filter((g) => g.users_better + g.users_worse > 0);
  if (facts.groups.length < 2 || changed.length === 0) return null;
  const shown = changed.slice(0, NAMED_BARS), [, b] = facts.allocations;
  const names = shortIds(shown.map((g) => g.group_id));
  const values = shown.flatMap((g, i) => [
    { group: names[i], users: g.users_better, way: "better off" },
    { group: names[i], users: -g.users_worse, way: "worse off" },
  ]);
  const better = (g: ComparedGroup) => `${count(g.users_better)} better off`;
  return chart(
    `Who is better off with ${b.name}`,
    `Users whose offers have a larger or smaller Σ score, in ${
      shown.length === changed.length
        ? counted(changed.length, "group")
        : `the ${shown.length} groups with most changes of ${count(changed.length)}`
    }. ${names[0]}: ${better(shown[0])}, ${count(shown[0].users_worse)} worse off.`,
    values,
    barsBothWays(
      "group",
      "users",
      "Users",
      shown.length,
      waysColour(["better off", "worse off"], [palette.sponsored, palette.missed]),
    ),
  );
}

/** Share of sponsored users under both, a point per group; null where it is the same everywhere, or for few groups. */
function groupRatiosChart(facts: CompareFacts): VegaLiteSpec | null {
  const moved = facts.groups.filter(({ user_ratio: [a, b] }) => a !== b);
  if (moved.length < 3) return null;
  const { allocations: [a, b] } = facts;
  const values = drawnGroups([...facts.groups].sort((x, y) => y.users - x.users))
    .map((g) => ({
      group: g.group_id,
      before: rounded(g.user_ratio[0]),
      after: rounded(g.user_ratio[1]),
      users: g.users,
      minimum: g.shortfall[1] > 0 ? "missed" : "met",
    }));
  const more = moved.filter(({ user_ratio: [x, y] }) => y > x).length;
  return chart(
    "Sponsored users by group",
    `A point per group: share of sponsored users in ${a.name} against ${b.name}; larger points are larger groups. ` +
      `${counted(more, "group")} with more in ${b.name}, ${
        count(moved.length - more)
      } with fewer.` +
      drawnInWords(facts.groups.length),
    values,
    shareAgainstShare({
      x: ["before", `${a.name} (dashed: the same)`],
      y: ["after", b.name],
      opacity: 0.75,
      colour: minimumColour(values, ` in ${b.name}`),
      tooltip: ["group", "before", "after", "users"],
    }),
  );
}

/** Offers that only one of them makes, by contract. */
function contractsChart(facts: CompareFacts): VegaLiteSpec | null {
  const changed = facts.contracts.filter((c) => c.in + c.out > 0);
  if (changed.length === 0) return null;
  const shown = changed.slice(0, NAMED_BARS), names = contractNames(shown);
  const ways = facts.allocations.map(({ name }) => `only in ${name}`);
  const values = shown.flatMap((c, i) => [
    { contract: names[i], offers: c.in, way: ways[1] },
    { contract: names[i], offers: -c.out, way: ways[0] },
  ]);
  return chart(
    "Offers that only one of them makes, by contract",
    `${
      shown.length === changed.length
        ? `${counted(changed.length, "contract")} differ${changed.length === 1 ? "s" : ""}.`
        : `The ${shown.length} of ${count(changed.length)} contracts that differ most.`
    } ${names[0]}: ` +
      `${count(shown[0].in)} only in ${facts.allocations[1].name}, ${
        count(shown[0].out)
      } only in ` +
      `${facts.allocations[0].name}.`,
    values,
    barsBothWays(
      "contract",
      "offers",
      "Offers",
      shown.length,
      waysColour([ways[1], ways[0]], [palette.sponsored, palette.neutral]),
    ),
  );
}
