/**
 * Checks that a value, from a file or a caller, is a certificate.
 *
 * @module
 */
import { HASHED_INPUTS } from "../drop/hashed_inputs.ts";
import { LIMIT_KINDS } from "../limits/kinds/list.ts";
import { isOfKind, kindText, rangeText, type ValueKind } from "../../base/value_kind.ts";
import {
  CERTIFICATE_FORMAT,
  type CertificateCount,
  type CertificateUserCount,
  type CertifiedLimit,
  type ExactFigures,
} from "./certificate.ts";
import { POLICY_FIELDS } from "./policy_table.ts";

/** What is wrong with a value that should be a certificate. */
export interface CertificateFault {
  /** Names from the document's top to the value at fault; none: the document itself. */
  readonly path: readonly string[];
  /** The value; undefined where it is missing. */
  readonly value: unknown;
  /** What was expected. */
  readonly expected: string;
}

/** The ranges of the figures. A gap below 0 would be a bound below the objective. */
const FIGURES: Readonly<Record<string, { min?: number }>> = {
  objective: {},
  bound: {},
  gap: { min: 0 },
};

/** What each exact figure must be, for messages. */
const EXACT: Readonly<Record<keyof ExactFigures, string>> = {
  decimals: "a whole number from -330 to 330",
  objective: "a plain decimal as text",
  bound: "a plain decimal as text",
};

const DECIMALS: ValueKind = { type: "number", range: { min: -330, max: 330, whole: true } };

function isDecimal(value: unknown): boolean {
  return typeof value === "string" && value.length <= 1000 && /^-?\d+(\.\d+)?$/.test(value);
}

const PRICE = { min: 0 };

/** The first fault of a value that should be a certificate; null where it is one. Unknown fields are no fault. */
export function certificateFault(value: unknown): CertificateFault | null {
  if (!isRecord(value)) return { path: [], value, expected: "an object" };
  return policyFault(value) ?? figureFault(value) ?? pricesFault(value) ??
    limitsFault(value.limits) ?? originFault(value) ?? familiesFault(value.limit_families) ??
    ownLimitsFault(value.own_limits_kept) ?? branchesFault(value.branches);
}

function policyFault(value: Record<string, unknown>): CertificateFault | null {
  for (const { json, kind, nullable, mayBeAbsent = false, isWorkedOut = false } of POLICY_FIELDS) {
    const found = value[json], open = nullable && !isWorkedOut;
    if (mayBeAbsent && found === undefined) continue;
    if ((open && found === null) || isOfKind(found, kind)) continue;
    return { path: [json], value: found, expected: kindText(kind) + (open ? ", or null" : "") };
  }
  return null;
}

function ownLimitsFault(value: unknown): CertificateFault | null {
  if (value === undefined || typeof value === "boolean") return null;
  return { path: ["own_limits_kept"], value, expected: "true or false" };
}

function branchesFault(branches: unknown): CertificateFault | null {
  if (branches === undefined) return null;
  if (!isRecord(branches)) return { path: ["branches"], value: branches, expected: "an object" };
  const { price, tree } = branches;
  if (!isPrice(price)) {
    return { path: ["branches", "price"], value: price, expected: rangeText(PRICE) };
  }
  return nodeFault(tree, ["branches", "tree"], 0);
}

/** Deepest tree of cases that is accepted. */
const DEEPEST = 1000;

function nodeFault(node: unknown, path: string[], depth: number): CertificateFault | null {
  if (!isRecord(node) || depth > DEEPEST) return { path, value: node, expected: "a case" };
  if (node.count !== undefined) {
    return countFault(node.count, [...path, "count"]) ??
      nodeFault(node.at_most, [...path, "at_most"], depth + 1) ??
      nodeFault(node.at_least, [...path, "at_least"], depth + 1);
  }
  if (node.offer === undefined) {
    const fault = pricesFault(node) ?? limitsFault(node.limits) ?? countPricesFault(node.counts);
    return fault && { ...fault, path: [...path, ...fault.path] };
  }
  const { offer } = node;
  if (!Array.isArray(offer) || offer.length !== 2 || !offer.every(isText)) {
    return { path: [...path, "offer"], value: offer, expected: "user_id and contract_address" };
  }
  return nodeFault(node.with, [...path, "with"], depth + 1) ??
    nodeFault(node.without, [...path, "without"], depth + 1);
}

/** What each field of a number of offers may be. */
const COUNT: Readonly<Record<keyof CertificateCount, [(value: unknown) => boolean, string]>> = {
  least_score: [
    (value) => value === undefined || isOfKind(value, { type: "number", range: {} }),
    "a number",
  ],
  contracts: [(value) => value === undefined || isTexts(value), "a list of contracts"],
  group_id: [(value) => value === undefined || isText(value), "a group"],
  offers: [
    (value) => isOfKind(value, { type: "number", range: { min: 0, whole: true } }),
    "a whole number ≥ 0",
  ],
};

/** What each field of a number of users may be. */
const USER_COUNT: Readonly<
  Record<keyof CertificateUserCount, [(value: unknown) => boolean, string]>
> = { group_id: [(value) => isText(value), "a group"], sponsored_users: COUNT.offers };

function countFault(count: unknown, path: string[]): CertificateFault | null {
  if (!isRecord(count)) return { path, value: count, expected: "an object" };
  const isOfUsers = count.sponsored_users !== undefined;
  if (isOfUsers && count.offers !== undefined) {
    return { path, value: count, expected: "a number of offers or of users" };
  }
  for (const [name, [accepts, expected]] of Object.entries(isOfUsers ? USER_COUNT : COUNT)) {
    if (!accepts(count[name])) return { path: [...path, name], value: count[name], expected };
  }
  return null;
}

function countPricesFault(counts: unknown): CertificateFault | null {
  if (counts === undefined) return null;
  if (!Array.isArray(counts)) return { path: ["counts"], value: counts, expected: "a list" };
  const wrong = counts.findIndex((price) => !isPrice(price));
  if (wrong < 0) return null;
  return { path: ["counts", String(wrong)], value: counts[wrong], expected: rangeText(PRICE) };
}

/** Faults of the fields that say where the certificate comes from. */
function originFault({ format, divvy, inputs }: Record<string, unknown>): CertificateFault | null {
  if (format !== CERTIFICATE_FORMAT) {
    return { path: ["format"], value: format, expected: String(CERTIFICATE_FORMAT) };
  }
  if (typeof divvy !== "string") return { path: ["divvy"], value: divvy, expected: "a version" };
  if (inputs === null) return null;
  if (!isRecord(inputs)) return { path: ["inputs"], value: inputs, expected: "hashes, or null" };
  for (const [name, { mayBeAbsent }] of Object.entries(HASHED_INPUTS)) {
    const hash = inputs[name];
    if (hash === undefined && mayBeAbsent === true) continue;
    if (typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash)) continue;
    return { path: ["inputs", name], value: hash, expected: "a SHA-256 in 64 hexadecimal digits" };
  }
  return null;
}

function familiesFault(families: unknown): CertificateFault | null {
  if (families === undefined) return null;
  if (!Array.isArray(families)) {
    return { path: ["limit_families"], value: families, expected: "a list" };
  }
  for (const [i, family] of families.entries()) {
    const path = ["limit_families", String(i)];
    if (!isRecord(family)) return { path, value: family, expected: "an object" };
    for (const [name, [accepts, expected]] of Object.entries(FAMILY)) {
      if (accepts(family[name])) continue;
      return { path: [...path, name], value: family[name], expected };
    }
  }
  return null;
}

const isText = (value: unknown) => typeof value === "string";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isAmount = (value: unknown) => value === null || isText(value) || isPrice(value);
const AMOUNT = "a number ≥ 0, a column, or null";

/** What each field of a family of limits may be. */
const FAMILY: Readonly<Record<keyof CertifiedLimit, [(value: unknown) => boolean, string]>> = {
  limit: [isText, "the name of a limit"],
  per: [isTexts, "a list of columns"],
  counts: [isText, '"offers", or a column'],
  at_most: [isAmount, AMOUNT],
  at_least: [isAmount, AMOUNT],
  share_of: [(value) => value === null || value === "offers", '"offers", or null'],
  price: [(value) => value === null || isPrice(value), "a number ≥ 0, or null"],
  where: [
    (value) =>
      Array.isArray(value) &&
      value.every((one) => isRecord(one) && isText(one.column) && isTexts(one.values)),
    "a list of columns and their values",
  ],
};

function figureFault(value: Record<string, unknown>): CertificateFault | null {
  for (const [name, range] of Object.entries(FIGURES)) {
    if (isOfKind(value[name], { type: "number", range })) continue;
    return { path: [name], value: value[name], expected: rangeText(range) };
  }
  const { exact } = value;
  if (exact !== null) {
    if (!isRecord(exact)) return { path: ["exact"], value: exact, expected: "figures, or null" };
    for (const [name, kind] of Object.entries(EXACT)) {
      if (name === "decimals" ? isOfKind(exact[name], DECIMALS) : isDecimal(exact[name])) continue;
      return { path: ["exact", name], value: exact[name], expected: kind };
    }
  }
  const { search_bound: found } = value;
  if (found === undefined || isOfKind(found, { type: "number", range: {} })) return null;
  return { path: ["search_bound"], value: found, expected: rangeText({}) };
}

function pricesFault({ contracts, groups }: Record<string, unknown>): CertificateFault | null {
  if (!isRecord(contracts)) return { path: ["contracts"], value: contracts, expected: "an object" };
  for (const [id, price] of Object.entries(contracts)) {
    if (isPrice(price)) continue;
    return { path: ["contracts", id], value: price, expected: rangeText(PRICE) };
  }
  if (!isRecord(groups)) return { path: ["groups"], value: groups, expected: "an object" };
  for (const [id, prices] of Object.entries(groups)) {
    if (!isRecord(prices)) return { path: ["groups", id], value: prices, expected: "an object" };
    for (const { field: name } of LIMIT_KINDS) {
      if (prices[name] === undefined || isPrice(prices[name])) continue;
      return { path: ["groups", id, name], value: prices[name], expected: rangeText(PRICE) };
    }
  }
  return null;
}

function limitsFault(limits: unknown): CertificateFault | null {
  if (limits === undefined) return null;
  if (!Array.isArray(limits)) return { path: ["limits"], value: limits, expected: "a list" };
  for (const [i, one] of limits.entries()) {
    const path = ["limits", String(i)];
    if (!isRecord(one)) return { path, value: one, expected: "an object" };
    const { limit, values = {}, side, price } = one;
    const fault = (name: string, value: unknown, expected: string) => ({
      path: [...path, name],
      value,
      expected,
    });
    if (typeof limit !== "string") return fault("limit", limit, "the name of a limit");
    if (!isRecord(values)) return fault("values", values, "an object");
    for (const [column, value] of Object.entries(values)) {
      if (typeof value === "string") continue;
      return { path: [...path, "values", column], value, expected: "a text" };
    }
    if (side !== "at_most" && side !== "at_least") {
      return fault("side", side, '"at_most" or "at_least"');
    }
    if (!isPrice(price)) return fault("price", price, rangeText(PRICE));
  }
  return null;
}

function isPrice(value: unknown): boolean {
  return isOfKind(value, { type: "number", range: PRICE });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !ArrayBuffer.isView(value);
}
