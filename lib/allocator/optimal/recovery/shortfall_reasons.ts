/**
 * Finds out why minima of sponsored users are missed, and says so.
 *
 * @module
 */
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";
import { count, counted } from "../../../base/text/counted.ts";
import { CUT_SHORT, type Prices, type ShortfallReason } from "../../model/allocation.ts";
import type { Holdings } from "./holdings.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import { usersByGroup, usersOf } from "../../drop/instance/group_users.ts";
import { hasShortfallPrice } from "../../limits/items.ts";
import { kindOf } from "../../limits/kinds/list.ts";
import { labelOfRow } from "../../drop/instance/limits.ts";
import {
  hasRoom,
  rowsWithoutRoom,
  type RowUse,
  signedRows,
  useOfPairs,
} from "../../model/row_use.ts";
import { type LeastShortfall, leastShortfall } from "../../limits/least_shortfall.ts";

/** Most contracts, and most limits, that a line names. */
const NAMED = 3;

/** The reasons by group, and the same in words. */
export interface ShortfallReport {
  readonly reasons: readonly ShortfallReason[];
  /** A line for all and one for each group; empty if no minimum is missed. */
  readonly lines: readonly string[];
}

/** What is known of a run whose allocation misses minima. */
export interface ShortfallRun {
  /** Units that minima lack, and limits at the shortfall price. */
  readonly missed: number;
  /** How many of them every allocation misses; undefined: not known. */
  readonly leastMissed?: number;
  /** What minima lack whatever offers are worth and limits say. @default it is looked for */
  readonly leastShortfall?: LeastShortfall;
  /** Whether the allocation is the best at its shortfall price. */
  readonly proven: boolean;
  /** Whether time ran out. */
  readonly cutShort: boolean;
}

/**
 * Finds the reasons for every group that lacks sponsored users. If time ran out, that is the reason, apart from reasons that more
 * time would not have changed: too few users with a sponsored option, or a lower maximum.
 */
export function explainShortfall(
  holdings: Holdings,
  prices: Prices,
  run: ShortfallRun,
): ShortfallReport {
  const { instance, rules } = holdings.problem;
  const total = holdings.shortfall();
  if (total === 0) return { reasons: [], lines: [] };
  const least = run.cutShort ? null : run.leastShortfall ?? leastShortfall(instance, rules);
  const inTheWay = least === null ? null : new InTheWay(holdings, prices, least.scarce);
  const byGroup = inTheWay === null ? null : usersByGroup(instance.group, instance.groups.length);
  const optionsOf = usersWithOptions(instance);
  const reasons: ShortfallReason[] = [];
  for (let g = 0; g < instance.groups.length; g++) {
    const missing = rules.sponsored.least[g] - holdings.counts.sponsoredUsers[g];
    if (missing <= 0) continue;
    const options = optionsOf[g];
    const withoutOption = Math.min(missing, Math.max(0, rules.sponsored.least[g] - options));
    const allowed = Math.min(rules.sponsored.most[g], options);
    const beyondMaximum = Math.min(
      missing - withoutOption,
      Math.max(0, rules.sponsored.least[g] - withoutOption - allowed),
    );
    const taken = missing - withoutOption - beyondMaximum > 0;
    const { contracts, limits } = taken && inTheWay !== null && byGroup !== null
      ? inTheWay.of(usersOf(byGroup, g))
      : NOTHING;
    reasons.push({ group: g, missing, withoutOption, beyondMaximum, contracts, limits });
  }
  const lines = [
    `${missingInWords(total)} to the ${
      reasons.length === 1 ? "minimum of 1 group" : `minima of ${count(reasons.length)} groups`
    }${least === null ? timeRanOut(reasons) : `, ${whyMore(holdings, least.total, run)}`}`,
    ...reasons.map((reason) => lineOf(holdings, prices, reason, run.cutShort)),
  ];
  return { reasons, lines };
}

/** Uint32Array, length groups: how many of a group's users have a sponsored option. */
function usersWithOptions({ group, groups, start, middle }: Instance): Uint32Array {
  const users = new Uint32Array(groups.length);
  for (let u = 0; u < group.length; u++) if (middle[u] > start[u]) users[group[u]]++;
  return users;
}

/** Nothing stands in the way. */
const NOTHING = { contracts: [], limits: [] };

/** What keeps users from sponsored offers: full contracts, and full rows of hard limits. */
class InTheWay {
  readonly #holdings: Holdings;
  readonly #prices: Prices;
  readonly #scarce: Uint8Array;
  readonly #use: RowUse | null;
  /** Uint8Array, length rows: 1 where giving an offer up may take room, as its coefficient is negative. */
  readonly #signed: Uint8Array;
  /** Uint32Array, length items: the last question for which each item was looked at and had nothing to add. */
  readonly #done: Uint32Array;
  #question = 0;

  /** @param scarce Uint8Array, length contracts: 1 for those whose caps alone make minima lack users */
  constructor(holdings: Holdings, prices: Prices, scarce: Uint8Array) {
    const { instance: { limits } } = holdings.problem;
    this.#holdings = holdings;
    this.#prices = prices;
    this.#scarce = scarce;
    this.#done = new Uint32Array(holdings.problem.offerBonus.length);
    this.#use = limits === undefined
      ? null
      : useOfPairs(limits.rows, holdings.slots.filter((pair) => pair >= 0));
    this.#signed = limits === undefined ? new Uint8Array(0) : signedRows(limits.rows);
  }

  /** What keeps those of some users who are not sponsored from being so, highest price first. */
  of(users: Uint32Array): Pick<ShortfallReason, "contracts" | "limits"> {
    const { sponsored, problem } = this.#holdings;
    const { item, instance: { start, middle } } = problem;
    const { contract, limit = [] } = this.#prices, done = this.#done;
    const contracts = new Set<number>(), limits = new Set<number>();
    const question = ++this.#question;
    for (const u of users) {
      if (sponsored[u] > 0) continue;
      let held: Int32Array | null = null;
      for (let p = start[u]; p < middle[u]; p++) {
        // Users of a group have the same few items.
        if (done[item[p]] === question) continue;
        const c = problem.instance.contract[p], isFull = this.#isFull(c);
        const counts = isFull && this.#counts(c);
        if (counts) contracts.add(c);
        // A limit may keep out what is full too: then more capacity alone would not help.
        if (this.#use === null || isFull && !counts) done[item[p]] = question;
        else if (this.#mayAdd(p, limits)) {
          held ??= this.#holdings.bundleOf(u);
          const { rows } = problem.instance.limits!;
          for (const r of rowsWithoutRoom(rows, this.#use, p, held)) limits.add(r);
        }
      }
    }
    return {
      contracts: byFallingPrice(contracts, contract),
      limits: byFallingPrice(limits, limit),
    };
  }

  #isFull(c: number): boolean {
    const { load, problem: { instance: { cap } } } = this.#holdings;
    return load[c] >= cap[c];
  }

  /** Whether a full contract is a reason: its cap alone makes minima lack users, or limits make it scarce. */
  #counts(c: number): boolean {
    return this.#scarce[c] === 1 || this.#use !== null && this.#prices.contract[c] > 0;
  }

  /**
   * Whether a limit that is not among those found may have no room for a pair, whatever its user gives up; if not, its item has nothing
   * to add.
   */
  #mayAdd(pair: number, found: ReadonlySet<number>): boolean {
    const { item, instance: { limits } } = this.#holdings.problem;
    if (limits === undefined || this.#use === null) return false;
    const { rows } = limits, own = rows.item[pair];
    for (let e = rows.start[own], end = rows.start[own + 1]; e < end; e++) {
      const r = rows.row[e], more = rows.coefficient[e];
      if (more <= 0 || found.has(r)) continue;
      if (this.#signed[r] === 1 || !hasRoom(rows, this.#use, r, more)) return true;
    }
    this.#done[item[pair]] = this.#question;
    return false;
  }
}

function byFallingPrice(indices: Iterable<number>, price: ArrayLike<number>): number[] {
  return [...indices].sort((a, b) => price[b] - price[a] || a - b);
}

/** "1 sponsored user is missing". */
function missingInWords(users: number): string {
  return counted(users, "sponsored user is missing", "sponsored users are missing");
}

/** The end of the line for all if time ran out: empty if no minimum is missed for that reason. */
function timeRanOut(reasons: readonly ShortfallReason[]): string {
  const certain = reasons.reduce(
    (sum, { withoutOption, beyondMaximum }) => sum + withoutOption + beyondMaximum,
    0,
  );
  const missing = reasons.reduce((sum, reason) => sum + reason.missing, 0);
  return certain < missing ? `: ${CUT_SHORT}, before more were met` : "";
}

/**
 * The end of the line for all: whether fewer users could be missing, and why they are not.
 *
 * @param least users that options, caps and maxima alone keep from being sponsored
 */
function whyMore(
  holdings: Holdings,
  least: number,
  { missed, leastMissed = 0, proven }: { missed: number; leastMissed?: number; proven: boolean },
): string {
  const total = holdings.shortfall(), { problem } = holdings;
  const { limits, besidePins = false } = problem.instance;
  if (total === least) return "the least possible";
  // A user with a pinned unsponsored offer can only be sponsored as a mixed one, which `least` does not know.
  const onMixed = besidePins
    ? problem.rules.others.find(({ countsMixed }) => countsMixed)
    : undefined;
  if (limits === undefined && onMixed === undefined) {
    const possible = `${count(least)} is the least possible`;
    return proven
      ? `${possible}; at the shortfall price more is gained by missing the others`
      : `${possible}; a higher shortfall price would have the others met`;
  }
  if (limits !== undefined && missed <= leastMissed * (1 + COUNT_ROUNDING)) {
    // Where limits may lack units, fewer users might be missing at the cost of more units.
    return "the least possible under the limits" +
      (hasShortfallPrice(limits) ? ", together with what limits lack" : "");
  }
  const alone = `${least === 0 ? "none" : count(least)} would be by options and caps alone`;
  const others = total - least, noun = least === 0 ? "user" : "other";
  const against = onMixed === undefined
    ? "limits"
    : `${limits === undefined ? "pins and" : "limits, pins or"} ${kindOf(onMixed.name).means}`;
  return `${alone}; ${against} keep the ${noun}${others === 1 ? "" : "s"} unsponsored, ` +
    "or that would cost more than it is worth";
}

/** One group's reason in words. */
function lineOf(
  holdings: Holdings,
  prices: Prices,
  reason: ShortfallReason,
  cutShort: boolean,
): string {
  const { problem: { instance, rules } } = holdings;
  const { group, missing, withoutOption, beyondMaximum } = reason;
  const parts: string[] = [];
  const beside = instance.besidePins === true ? " beside the pins" : "";
  if (withoutOption > 0) {
    parts.push(`${count(withoutOption)} as too few users have a sponsored option${beside}`);
  }
  if (beyondMaximum > 0) parts.push(`${count(beyondMaximum)} as its maximum is lower`);
  const taken = missing - withoutOption - beyondMaximum;
  if (taken > 0) parts.push(`${count(taken)} ${whyTaken(holdings, prices, reason, cutShort)}`);
  const least = rules.sponsored.least[group];
  return `group ${instance.groups[group]}: ${
    least === 1
      ? "its one sponsored user is"
      : `${count(missing)} of ${count(least)} sponsored users ${missing === 1 ? "is" : "are"}`
  } missing: ${parts.join(", ")}`;
}

/** Why users are missing that have a sponsored option and that the maximum allows. */
function whyTaken(
  { problem: { instance } }: Holdings,
  prices: Prices,
  { contracts, limits }: ShortfallReason,
  cutShort: boolean,
): string {
  const priceOf = (price: number) => price >= 1e3 ? count(price) : Number(price.toPrecision(4));
  const full = firstFew(
    contracts,
    (c) => `${instance.contracts[c]} (price ${priceOf(prices.contract[c])})`,
  );
  const kept = firstFew(
    limits,
    (r) => `${labelOfRow(instance.limits!, r)} at ${priceOf(prices.limit![r])}`,
  );
  const reasons = [
    ...(full === "" ? [] : [`as sponsored capacity is taken: ${full}`]),
    ...(kept === ""
      ? []
      : [`as ${limits.length === 1 ? "a limit has" : "limits have"} no room: ${kept}`]),
  ];
  if (reasons.length > 0) return reasons.join("; and ");
  if (cutShort) return `as ${CUT_SHORT}`;
  return instance.limits === undefined
    ? "though sponsored capacity would be enough"
    : "though no cap or limit by itself stands against it";
}

/** The first few of a list, and how many more there are; "" where it is empty. */
function firstFew(indices: readonly number[], inWords: (index: number) => string): string {
  const others = indices.length - NAMED;
  return indices.slice(0, NAMED).map(inWords).join(", ") +
    (others > 0 ? ` and ${count(others)} more` : "");
}
