/**
 * Checks that a value, from a file or a caller, is a certificate.
 *
 * @module
 */
import { HASHED_INPUTS } from "../drop/hashed_inputs.ts";
import { LIMIT_KINDS } from "../limits/kinds/list.ts";
import { aFlag, aNumber, aText, isRecord, ofKind, type OptionRule } from "../../base/validate.ts";
import {
  type Certificate,
  CERTIFICATE_FORMAT,
  type CertificateBranches,
  type CertificateCount,
  type CertificateUserCount,
  type CertifiedLimit,
  type CertifiedPolicy,
  type ExactFigures,
  type LimitPrice,
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

/** Finds the first fault of a value; its path starts at the value. */
type Check = (value: unknown) => CertificateFault | null;

/** A check of each of an object's fields. */
type Checks<Fields = Record<string, unknown>> = Readonly<Record<keyof Fields, Check>>;

function is(accepts: (value: unknown) => boolean, expected: string): Check {
  return (value) => accepts(value) ? null : { path: [], value, expected };
}

function by({ accepts, expected }: OptionRule): Check {
  return is(accepts, expected);
}

function optional(check: Check): Check {
  return (value) => value === undefined ? null : check(value);
}

function orNull(check: Check): Check {
  return (value) => value === null ? null : check(value);
}

/** An object with these fields, checked in order; others are no fault. */
function objectOf<Fields>(checks: Checks<Fields>, expected = "an object"): Check {
  const names = Object.entries<Check>(checks);
  return (value) => {
    if (!isRecord(value)) return { path: [], value, expected };
    return firstFault(names, ([name, check]) => [name, check(value[name])]);
  };
}

/** An object with values of one kind. */
function mapOf(check: Check): Check {
  return (value) =>
    isRecord(value)
      ? firstFault(Object.entries(value), ([name, one]) => [name, check(one)])
      : { path: [], value, expected: "an object" };
}

function listOf(check: Check): Check {
  return (value) =>
    Array.isArray(value)
      ? firstFault(value.entries(), ([i, one]) => [String(i), check(one)])
      : { path: [], value, expected: "a list" };
}

/** The first fault of parts of a value, each given with its name there. */
function firstFault<Part>(
  parts: Iterable<Part>,
  faultOf: (part: Part) => [name: string, fault: CertificateFault | null],
): CertificateFault | null {
  for (const part of parts) {
    const [name, fault] = faultOf(part);
    if (fault !== null) return { ...fault, path: [name, ...fault.path] };
  }
  return null;
}

const isText = (value: unknown) => typeof value === "string";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

const price = { type: "number", range: { min: 0 } } as const;
const aPrice = by(ofKind(price)), priceOrNull = ofKind(price, true), anyNumber = by(aNumber());
const aDecimal = is(
  (value) => typeof value === "string" && value.length <= 1000 && /^-?\d+(\.\d+)?$/.test(value),
  "a plain decimal as text",
);
const aHash = is(
  (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
  "a SHA-256 in 64 hexadecimal digits",
);
const anAmount = is(
  (value) => isText(value) || priceOrNull.accepts(value),
  "a number ≥ 0, a column, or null",
);

const POLICY: Checks = Object.fromEntries(POLICY_FIELDS.map(
  ({ json, kind, nullable, mayBeAbsent = false, isWorkedOut = false }) => {
    const check = by(ofKind(kind, nullable && !isWorkedOut));
    return [json, mayBeAbsent ? optional(check) : check];
  },
));

const EXACT: Checks<ExactFigures> = {
  decimals: by(aNumber({ min: -330, max: 330, whole: true })),
  objective: aDecimal,
  bound: aDecimal,
};

const INPUTS: Checks = Object.fromEntries(
  Object.entries(HASHED_INPUTS).map((
    [name, { mayBeAbsent }],
  ) => [name, mayBeAbsent === true ? optional(aHash) : aHash]),
);

const PRICES: Checks<Pick<Certificate, "contracts" | "groups" | "limits">> = {
  contracts: mapOf(aPrice),
  groups: mapOf(
    objectOf(Object.fromEntries(LIMIT_KINDS.map(({ field }) => [field, optional(aPrice)]))),
  ),
  limits: optional(listOf(objectOf<LimitPrice>({
    limit: is(isText, "the name of a limit"),
    values: optional(mapOf(by(aText))),
    side: is((value) => value === "at_most" || value === "at_least", '"at_most" or "at_least"'),
    price: aPrice,
  }))),
};

const FAMILY: Checks<CertifiedLimit> = {
  limit: is(isText, "the name of a limit"),
  per: is(isTexts, "a list of columns"),
  counts: is(isText, '"offers", or a column'),
  at_most: anAmount,
  at_least: anAmount,
  share_of: is((value) => value === null || value === "offers", '"offers", or null'),
  price: by(priceOrNull),
  where: is(
    (value) =>
      Array.isArray(value) &&
      value.every((one) => isRecord(one) && isText(one.column) && isTexts(one.values)),
    "a list of columns and their values",
  ),
};

const COUNT: Checks<CertificateCount> = {
  least_score: optional(anyNumber),
  contracts: optional(is(isTexts, "a list of contracts")),
  group_id: optional(is(isText, "a group")),
  offers: by(aNumber({ min: 0, whole: true })),
};

const USER_COUNT: Checks<CertificateUserCount> = {
  group_id: is(isText, "a group"),
  sponsored_users: COUNT.offers,
};

function countFault(count: unknown): CertificateFault | null {
  if (!isRecord(count) || count.sponsored_users === undefined) return objectOf(COUNT)(count);
  return count.offers === undefined
    ? objectOf(USER_COUNT)(count)
    : { path: [], value: count, expected: "a number of offers or of users" };
}

const anOffer = is(
  (value) => isTexts(value) && (value as string[]).length === 2,
  "user_id and contract_address",
);

/** Deepest tree of cases that is accepted. */
const DEEPEST = 1000;

function caseFault(node: unknown, depth: number): CertificateFault | null {
  if (!isRecord(node) || depth > DEEPEST) return { path: [], value: node, expected: "a case" };
  const next: Check = (node) => caseFault(node, depth + 1);
  const checks: Checks = node.count !== undefined
    ? { count: countFault, at_most: next, at_least: next }
    : node.offer !== undefined
    ? { offer: anOffer, with: next, without: next }
    : { ...PRICES, counts: optional(listOf(aPrice)) };
  return objectOf(checks)(node);
}

/**
 * The first fault of a value that should be a certificate; null where it is one. Unknown fields are no fault. A gap below 0 is one,
 * as it would be a bound below the objective.
 */
export const certificateFault: Check = objectOf<Certificate>({
  ...POLICY as Checks<CertifiedPolicy>,
  objective: anyNumber,
  bound: anyNumber,
  gap: by(aNumber({ min: 0 })),
  exact: orNull(objectOf(EXACT, "figures, or null")),
  search_bound: optional(anyNumber),
  ...PRICES,
  format: is((value) => value === CERTIFICATE_FORMAT, String(CERTIFICATE_FORMAT)),
  divvy: is(isText, "a version"),
  inputs: orNull(objectOf(INPUTS, "hashes, or null")),
  limit_families: optional(listOf(objectOf(FAMILY))),
  own_limits_kept: optional(by(aFlag)),
  branches: optional(objectOf<CertificateBranches>({
    price: aPrice,
    tree: (node) => caseFault(node, 0),
  })),
});
