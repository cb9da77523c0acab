/**
 * What became of a drop's limits: the facts for summary, report and notebook.
 *
 * @module
 */
import { COUNT_ROUNDING, WORTH_ROUNDING } from "../../base/numbers/rounding.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import { contractInWords } from "./contract_about.ts";
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { Limits } from "../../allocator/drop/instance/limits.ts";
import {
  type LimitRow,
  limitRows,
  type MissedReason,
  type StandingRow,
} from "../../allocator/explain/limit_rows.ts";
import type { Allocation } from "../../allocator/model/allocation.ts";
import {
  allOf,
  capitalized,
  count,
  counted,
  figure,
  figureBeside,
  inFull,
  percentBeside,
  percentInFull,
  shortId,
  shortName,
} from "../words.ts";

/** A family of limits: what a row of limits.csv declares. */
export interface LimitFamilyFacts {
  /** Its name. */
  limit: string;
  /** The columns that it is per; none: one limit. */
  per: string[];
  /** What is counted: "offers" or a column. */
  counts: string;
  /** Whether the amounts are shares of all offers. */
  share_of: "offers" | null;
  /** The most, as declared: a number or a column. */
  at_most: number | string | null;
  /** The least, as declared. */
  at_least: number | string | null;
  /** What each unit beyond the amount costs, as declared; null: a most is hard, a least at the shortfall price. */
  price: number | null;
  /** How many rows it has. */
  rows: number;
  /** Those at their amount. */
  full: number;
  /** Those beyond their most or short of their least, at a price. */
  missed: number;
  /** Those that are hard and broken. */
  broken: number;
  /** Those that no offer counts toward. */
  unused: number;
  /** Σ over its rows of units beyond or short × what each costs. */
  cost: number;
}

/** A drop's limits and what became of them. */
export interface LimitsFacts {
  /** Families, as declared. */
  families: LimitFamilyFacts[];
  /** Every row, family by family. */
  rows: LimitRow[];
}

/** The limits of a drop and what became of them; undefined where it has none. */
export function limitsFacts(
  instance: Instance,
  allocation: Pick<
    Allocation,
    "policy" | "prices" | "offerStart" | "offerPair" | "shortfallPrice"
  >,
): LimitsFacts | undefined {
  if (!hasLimits(instance)) return undefined;
  const { policy, prices, shortfallPrice } = allocation;
  const rows = limitRows({ instance, policy, offers: allocation, prices, shortfallPrice });
  return { families: familyFacts(instance.limits, rows), rows };
}

/** The families of limits, by how their rows stand. */
export function familyFacts(
  { families, rows: compiled }: Limits,
  rows: readonly StandingRow[],
): LimitFamilyFacts[] {
  const byFamily: StandingRow[][] = families.map(() => []);
  rows.forEach((row, r) => byFamily[compiled.family[r]].push(row));
  return families.map((family, f): LimitFamilyFacts => {
    const own = byFamily[f];
    const having = (status: LimitRow["status"]) => own.filter((r) => r.status === status).length;
    return {
      limit: family.limit,
      per: [...family.per],
      counts: family.counts,
      share_of: family.shareOf,
      at_most: family.atMost,
      at_least: family.atLeast,
      price: family.price,
      rows: own.length,
      full: having("full"),
      missed: having("missed"),
      broken: having("broken"),
      unused: having("unused"),
      cost: withoutRounding(
        own.reduce((sum, { missed, unit_cost }) => sum + missed * (unit_cost ?? 0), 0),
      ),
    };
  });
}

function hasLimits(instance: Instance): instance is Instance & { limits: Limits } {
  return instance.limits !== undefined;
}

/** Rows at their amount while more is wanted, the highest price first. Without prices: all at their amount, most offers first. */
export function fullLimits({ rows }: LimitsFacts): LimitRow[] {
  const full = rows.filter(({ status, price }) =>
    status === "full" && (price === undefined || price > 0)
  );
  return full.sort((a, b) => (b.price ?? 0) - (a.price ?? 0) || b.offers - a.offers);
}

/** Rows beyond their most or short of their least, broken ones first, then by what they cost. */
export function missedLimits<Row extends StandingRow>(
  { rows }: { readonly rows: readonly Row[] },
): Row[] {
  const cost = ({ missed, unit_cost }: Row) => unit_cost === null ? Infinity : missed * unit_cost;
  return rows.filter(({ missed }) => missed > 0)
    .sort((a, b) => cost(a) === cost(b) ? b.missed - a.missed : cost(b) - cost(a));
}

/** Rows that are short of a least for which nobody set a price: they were to be kept if they could be. */
export function missedLeasts(facts: LimitsFacts): LimitRow[] {
  const priced = new Set(
    facts.families.filter(({ price }) => price !== null).map(({ limit }) => limit),
  );
  return facts.rows.filter(({ limit, side, missed }) =>
    side === "at_least" && missed > 0 && !priced.has(limit)
  );
}

/** Rows that no offer counts toward. */
export function unusedLimits({ rows }: LimitsFacts): LimitRow[] {
  return rows.filter(({ status }) => status === "unused");
}

/** What names a row. */
type NamedRow = Pick<LimitRow, "limit" | "values" | "contract_name">;

/** A row's name: the limit, and the values that it is for, a contract by its name; long ones are cut. */
export function rowInWords(row: NamedRow): string {
  const name = row.contract_name;
  return named({ ...row, limit: shortName(row.limit) }, shortId, () => shortName(name!));
}

/** A row's name with its values whole, for pages, which cut what is too long for the eye alone. */
export function rowInFull(row: NamedRow): string {
  return named(row, (value) => value, (id) => `${row.contract_name} (${id})`);
}

function named(
  { limit, values, contract_name: name }: NamedRow,
  show: (value: string) => string,
  showContract: (id: string) => string,
): string {
  const shown = Object.entries(values).map(([column, value]) =>
    column === "contract_address" && name !== undefined ? showContract(value) : show(value)
  );
  return shown.length === 0 ? limit : `${limit}: ${shown.join(", ")}`;
}

/** What says how an amount is told. */
export type AmountRow = Pick<LimitRow, "amount" | "is_share" | "is_mean">;

/** A row's amount, as it was asked for. */
export function amountInWords(row: AmountRow): string {
  return countsOffers(row) ? percentInFull(row.amount) : inFull(row.amount);
}

/** What is used of a row's amount, or could be: with enough digits to be told from the amount where it is not the same. */
export function usedInWords(used: number | null, row: AmountRow): string {
  if (used === null) return "–";
  return countsOffers(row) ? percentBeside(used, row.amount) : figureBeside(used, row.amount);
}

/** Whether a row is a share of offers, so that what it lacks are offers. */
function countsOffers(
  { is_share: isShare, is_mean: isMean }: Pick<LimitRow, "is_share" | "is_mean">,
) {
  return isShare && isMean !== true;
}

/** What a unit is, of a least and of a share, as an end of "one unit more of its amount"; "" where there is neither. */
export function unitsInWords(
  rows: readonly Pick<LimitRow, "side" | "is_share" | "is_mean">[],
): string {
  const parts = [
    ...(rows.some(({ side }) => side === "at_least") ? ["of a least: one less"] : []),
    ...(rows.some(countsOffers) ? ["of a share the unit is an offer"] : []),
  ];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

/** A unit more than a row allows, or less than it asks for. */
export function oneUnitInWords(row: LimitRow): string {
  const unit = `One ${countsOffers(row) ? "offer" : "unit"}`, name = rowInWords(row);
  return row.side === "at_most"
    ? `${unit} more than ${name} allows`
    : `${unit} less than ${name} asks for`;
}

/** By how much a row is missed, in words. */
export function shortOrBeyond(row: LimitRow): string {
  const { side, used, missed, unit_cost } = row;
  const units = countsOffers(row)
    ? counted(Math.ceil(missed * (1 - COUNT_ROUNDING)), "offer")
    : figure(missed, 6);
  const costs = unit_cost === null ? "" : `, at a cost of ${figure(missed * unit_cost)}`;
  const [most, word] = side === "at_least" ? ["least", "missing"] : ["most", "beyond"];
  return `${usedInWords(used, row)} of at ${most} ${amountInWords(row)}, ${units} ${word}${costs}`;
}

/** How all limits stand, in a sentence. */
export function limitsInWords(facts: { readonly rows: readonly StandingRow[] }): string {
  if (facts.rows.length === 0) return "No eligible pair that is left counts toward a limit.";
  const { rows } = facts,
    missed = missedLimits(facts),
    broken = rows.filter((r) => r.status === "broken");
  const of = `of ${counted(rows.length, "limit")}`;
  const parts = [
    broken.length > 0 ? `${count(broken.length)} ${of} broken` : "",
    missed.length > broken.length ? `${count(missed.length - broken.length)} ${of} missed` : "",
  ].filter((part) => part !== "");
  const full = rows.filter((r) => r.status === "full"), near = full.filter(hasRoomLeft).length;
  const kept = `${capitalized(allOf(rows.length, "limit"))} ${
    rows.length === 1 ? "is" : "are"
  } kept`;
  const at = full.length - near, isNear = `${count(near)} within an offer of it`;
  const used = full.length === 0
    ? "none is at its amount"
    : near === 0
    ? `${count(at)} at the amount`
    : `${at === 0 ? "none at the amount" : `${count(at)} at the amount`}, ${isNear}`;
  return parts.length === 0 ? `${kept}, ${used}.` : `${capitalized(parts.join(", "))}; ${used}.`;
}

/** Whether a full row is not at its amount: what is left of it is less than an offer may count. */
function hasRoomLeft({ used, amount }: StandingRow): boolean {
  return used !== null &&
    Math.abs(used - amount) > COUNT_ROUNDING * Math.max(Math.abs(amount), used);
}

/** Whether a gap says that no allocation is better, so that what is not given is worth no more than it costs. */
export function isBest({ gap }: { readonly gap: number | null }): boolean {
  return gap !== null && gap < WORTH_ROUNDING;
}

/**
 * Why a row is missed, in a sentence without its full stop.
 *
 * @param best whether no allocation is better ({@link isBest}): of others nobody knows whether one more offer would be worth it
 */
export function missedInWords(row: LimitRow, best: boolean): string {
  const { side, unit_cost } = row;
  if (side === "at_most") {
    // Not that it is worth that: pins may ask for it.
    return unit_cost === null
      ? "hard, and broken"
      : `going beyond it costs ${figure(unit_cost)} a unit`;
  }
  const words = reasonInWords(row, best);
  if (words !== "") return words;
  // Of all offers one more that counts is no help: each other one is a unit that is missed.
  if (countsOffers(row) && row.amount === 1) {
    return `it is met only where no other offer is given, and ${count(row.missed)} ${
      row.missed === 1 ? "is" : "are"
    }`;
  }
  if (row.eligible_pairs === 0) return "no eligible pair counts toward it";
  if (row.offers === row.eligible_pairs) return "every eligible pair that counts is an offer";
  // Of a mean: what is no more than it does not raise it.
  return row.is_share ? `no other eligible pair counts more than ${amountInWords(row)}` : "";
}

function reasonInWords({ reason, used, amount }: LimitRow, best: boolean): string {
  if (reason === undefined) return "";
  const { out_of_reach, reachable } = reason;
  if (out_of_reach === null) return heldInWords(reason, best);
  const most = `${figureBeside(reachable!, amount)} at most`;
  const far = {
    pairs: `too few eligible pairs: ${most}`,
    k: `users may get too few offers each: ${most}`,
    caps: `the caps allow ${most}`,
  }[out_of_reach];
  // What keeps it below even that.
  const held = used !== null && used < reachable! * (1 - COUNT_ROUNDING)
    ? heldInWords(reason, best)
    : "";
  return held === "" ? far : `${far}; ${held}`;
}

/** What keeps more from being counted, within what there is. */
function heldInWords(
  { taken_by, held_by, ruled_out, not_worth }: MissedReason,
  best: boolean,
): string {
  const parts: string[] = [];
  if (held_by.length > 0) {
    parts.push(
      `held by ${
        held_by.map((h) =>
          (h.is_cap
            ? `the cap of ${contractInWords({ contract_address: h.limit, about: h.about })}`
            : h.limit) + atPrice(h.price)
        ).join(", ")
      }`,
    );
  }
  if (taken_by.length > 0) {
    const takers = taken_by.map((t) =>
      `${contractInWords(t)} (${counted(t.users, "user")}${atPrice(t.price)})`
    );
    parts.push(`its users have ${takers.join(", ")}`);
  }
  if (parts.length === 0 && ruled_out > 0) {
    parts.push(`types, brands or groups' rules keep ${counted(ruled_out, "more pair")} out`);
  }
  if (parts.length === 0 && not_worth > 0) {
    const [have, they] = not_worth === 1
      ? ["has", "adds no more than it costs"]
      : ["have", "each adds no more than it costs"];
    parts.push(
      `${counted(not_worth, "more pair")} would count and ${have} room${
        best ? `, but ${they}` : ""
      }`,
    );
  }
  return parts.join("; ");
}

function atPrice(price: number | undefined): string {
  return price === undefined || price === 0 ? "" : ` at ${figure(price, 3)}`;
}
