/**
 * An allocation as a report sees it, from assignments that somebody wrote to a file.
 *
 * @module
 */
import { pairOf } from "../../allocator/drop/before/parties.ts";
import { optionInWords } from "../../base/option_words.ts";
import { relativeGap } from "../../allocator/model/allocation.ts";
import type { AssignmentTable } from "../../allocator/model/assignment_table.ts";
import { type Certificate, policyOfCertificate } from "../../allocator/model/certificate.ts";
import { boundOfCertificate } from "../../allocator/check/exact/exact.ts";
import { boundOfPrices } from "../../allocator/explain/price_bound.ts";
import { pricesOfCertificate } from "../../allocator/model/certificate_prices.ts";
import { type Instance, userCount } from "../../allocator/drop/instance/instance.ts";
import { offersFromSlots, valueOfOffers } from "../../allocator/model/offers.ts";
import { kOfUser } from "../../allocator/model/user_k.ts";
import { groupRules } from "../../allocator/limits/kinds/group_rules.ts";
import { mostOffers, type Policy, shortfallPrice } from "../../allocator/model/policy.ts";
import { isBelow } from "../../base/numbers/is_below.ts";
import { InputError } from "../../base/errors.ts";
import { placeText } from "../../base/places.ts";
import type { ReportedAllocation } from "./facts.ts";
import { counted } from "../words.ts";

/** What is known about the assignments beside their rows. */
export interface AssignmentSource {
  /** File of the assignments, for errors. */
  file?: string;
  /** The certificate that came with them; its policy takes the place of `policy`. */
  certificate?: Certificate;
  /** Which solver made them. */
  solver?: string;
}

/**
 * Objective, Σ score, bound and offers of assignments read from a file. Scores are the drop's own; rows that are no
 * eligible pair, or come twice, are left out with a warning (`divvy check` says which). The bound is recomputed
 * from the certificate's prices, not taken from it; what the solver's search claims beyond them is kept apart from it.
 *
 * @throws {InputError} if a user has more than k offers, or assignments or certificate are of another drop
 */
export function allocationFromTable(
  instance: Instance,
  table: AssignmentTable,
  policy: Policy,
  source: AssignmentSource,
): ReportedAllocation {
  const { certificate, solver = null } = source;
  const rules = certificate === undefined ? policy : policyOfCertificate(certificate);
  const k = mostOffers(instance, rules);
  const { slots, taken, ineligible, repeated } = placed(instance, table, rules, source.file);
  if (ineligible > 0 && ineligible === table.user.length) {
    throw new InputError(
      `${source.file ?? "assignments"}: none of its ${
        counted(ineligible, "row")
      } is an eligible pair of this drop, expected assignments of it`,
      { file: source.file, expected: "assignments of this drop" },
    );
  }
  const warnings: string[] = [];
  if (ineligible > 0) {
    warnings.push(`${counted(ineligible, "assignment")} left out: no eligible pair of this drop`);
  }
  if (repeated > 0) warnings.push(`${counted(repeated, "assignment")} left out: there twice`);
  const offers = offersFromSlots(instance, k, slots, taken);
  const value = valueOfOffers(
    instance,
    rules,
    offers,
    groupRules(instance, rules).sponsored.least,
    shortfallPrice(instance, rules),
  );

  const proven = certificate === undefined ? null : proof(instance, rules, certificate, warnings);
  // Above its bound by more than rounding: the rows do what no allocation may.
  const broken = proven !== null &&
    value.objective - proven.bound > ROUNDING * Math.abs(proven.bound);
  if (broken) {
    warnings.push("no bound: these assignments are worth more than any that keep the rules");
  }
  const pricesBound = proven === null || broken ? null : Math.max(proven.bound, value.objective);
  const search = certificate?.search_bound ?? Infinity;
  const bound = pricesBound === null
    ? null
    : Math.max(Math.min(pricesBound, search), value.objective);
  return {
    solver,
    policy: rules,
    ...offers,
    ...value,
    bound,
    gap: bound === null ? null : gapTo(bound, value.objective, certificate?.gap ?? 0),
    prices: proven?.prices ?? null,
    ...(certificate?.own_limits_kept === true && { ownLimitsKept: true }),
    ...(pricesBound !== null && { pricesBound, boundOfPrices: proven!.boundOfPrices }),
    timedOut: false,
    warnings,
  };
}

/** The gap; where sums of doubles can't tell it from none, it is the certificate's, or none if that is of other assignments. */
function gapTo(bound: number, objective: number, certified: number): number {
  if (isBelow(objective, bound)) return relativeGap(bound, objective);
  return certified <= SUMS ? certified : 0;
}

/** Gaps up to here are beyond what sums of doubles can tell. */
const SUMS = 1e-12;

/** Sums of the same numbers in another order may differ by this, relative to their size. */
const ROUNDING = 1e-9;

/** The certificate's prices for this drop and the bound that they prove. */
function proof(
  instance: Instance,
  policy: Policy,
  certificate: Certificate,
  warnings: string[],
): {
  prices: ReturnType<typeof pricesOfCertificate>["prices"];
  bound: number;
  boundOfPrices: number;
} {
  const found = pricesOfCertificate(instance, certificate);
  const contracts = Object.keys(certificate.contracts).length;
  if (contracts > 0 && found.unknownContracts.length === contracts) {
    throw new InputError(
      `the certificate has prices of ${
        counted(contracts, "contract")
      }, none of them in this drop, expected the certificate that came with the assignments`,
      { expected: "the certificate that came with the assignments" },
    );
  }
  const unknown = found.unknownContracts.length + found.unknownGroups.length +
    found.unknownLimits.length;
  if (unknown > 0) {
    warnings.push(`${counted(unknown, "price")} of the certificate left out: not of this drop`);
  }
  const kept = certificate.own_limits_kept === true;
  const proven = boundOfPrices(instance, policy, found.prices, kept);
  // Cases may prove more than prices do.
  const inAll = certificate.branches !== undefined && unknown === 0
    ? boundOfCertificate(instance, certificate)
    : null;
  const bound = Math.min(proven, inAll ?? Infinity);
  return { prices: found.prices, bound, boundOfPrices: proven };
}

/** Pairs of the rows, as many places per user as anybody may have offers. */
function placed(
  instance: Instance,
  table: AssignmentTable,
  rules: Policy,
  file: string | undefined,
): { slots: Uint32Array; taken: Uint32Array; ineligible: number; repeated: number } {
  const users = userCount(instance), k = mostOffers(instance, rules);
  const slots = new Uint32Array(users * k);
  const taken = new Uint32Array(users);
  const userOf = Int32Array.from(
    { length: table.userIds.length },
    (_, i) => instance.users.indexOfSorted(table.userIds.at(i)),
  );
  const index = new Map(instance.contracts.map((id, c) => [id, c]));
  const contractOf = Int32Array.from(table.contractIds, (id) => index.get(id) ?? -1);
  let ineligible = 0, repeated = 0;
  for (let row = 0; row < table.user.length; row++) {
    const u = userOf[table.user[row]], c = contractOf[table.contract[row]];
    const pair = u < 0 || c < 0 ? -1 : pairOf(instance, u, c);
    if (pair < 0) {
      ineligible++;
      continue;
    }
    const from = u * k;
    if (slots.subarray(from, from + taken[u]).includes(pair)) {
      repeated++;
      continue;
    }
    if (taken[u] === kOfUser(instance, rules, u)) {
      throw moreThanK(instance, table, rules, row, u, file);
    }
    slots[from + taken[u]++] = pair;
  }
  return { slots, taken, ineligible, repeated };
}

/** That a row gives user `u` an offer too many. */
function moreThanK(
  instance: Instance,
  table: AssignmentTable,
  rules: Policy,
  row: number,
  u: number,
  given: string | undefined,
): InputError {
  const user = table.userIds.at(table.user[row]), line = table.line[row];
  const file = table.files?.[table.file![row]] ?? given;
  const k = kOfUser(instance, rules, u);
  const [whose, of] = k === rules.k ? ["", optionInWords("k")] : ["its own ", "column k"];
  const place = file === undefined ? "" : `${placeText(file, line)}: `;
  return new InputError(
    `${place}user ${user} has more than ${whose}k = ${
      counted(k, "offer")
    }, expected at most k (${of})`,
    { file, line, column: "user_id", value: user },
  );
}
