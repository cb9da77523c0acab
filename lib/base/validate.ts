/**
 * Checks of the options of library functions: names, types and ranges. Messages use the library's spelling.
 *
 * @module
 */
import { quote, UsageError } from "./errors.ts";
import { didYouMean } from "./ids/near_ids.ts";
import type { ReadControl, RunControl } from "./progress.ts";
import { isOfKind, kindText, type NumberRange, type ValueKind } from "./value_kind.ts";

/** What an option may be. */
export interface OptionRule {
  /** What messages say was expected: "a whole number ≥ 1". */
  readonly expected: string;
  /** Whether a value is valid; never asked about undefined. */
  readonly accepts: (value: unknown) => boolean;
  /** The words to choose from, where it is a choice. */
  readonly choices?: readonly string[];
}

/** Options by name. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/** The rule for a value of a kind; `nullable`: null is taken too. */
export function ofKind(kind: ValueKind, nullable = false): OptionRule {
  return {
    expected: kindText(kind) + (nullable ? ", or null" : ""),
    accepts: (value) => (nullable && value === null) || isOfKind(value, kind),
    ...(kind.type === "choice" && { choices: kind.choices }),
  };
}

/** The rule for a number in a range; with `infinite`, ±Infinity is taken where the range has no end. */
export function aNumber(range: NumberRange = {}, infinite = false): OptionRule {
  const rule = ofKind({ type: "number", range });
  if (!infinite) return rule;
  return {
    ...rule,
    accepts: (value) =>
      rule.accepts(value) || (value === Infinity && range.max === undefined) ||
      (value === -Infinity && range.min === undefined),
  };
}

/** True or false. */
export const aFlag: OptionRule = ofKind({ type: "flag" });
/** A text; it may be empty. */
export const aText: OptionRule = {
  expected: "a text",
  accepts: (value) => typeof value === "string",
};
/** An object with fields of any kind, described by `expected`. */
export function anObject(expected: string): OptionRule {
  return { expected, accepts: isRecord };
}
/** A list of texts. */
export const texts: OptionRule = ofKind({ type: "texts" });

/** An object whose values all keep to one rule. */
export function recordOf(rule: OptionRule, expected: string): OptionRule {
  return {
    expected,
    accepts: (value) =>
      isRecord(value) && Object.values(value).every((v) => v === undefined || rule.accepts(v)),
  };
}

/** No rule here: another function checks the value. */
export const anything: OptionRule = { expected: "anything", accepts: () => true };

/** A list of objects whose fields all have a rule in `rules` and keep to it; the fields `needed` must be there. */
export function listOf(
  rules: OptionRules,
  needed: readonly string[],
  expected: string,
): OptionRule {
  const accepts = (one: unknown) =>
    isRecord(one) && needed.every((name) => one[name] !== undefined) &&
    Object.entries(one).every(([name, value]) =>
      Object.hasOwn(rules, name) && (value === undefined || rules[name].accepts(value))
    );
  return { expected, accepts: (value) => Array.isArray(value) && value.every(accepts) };
}

/** The options of {@link ReadControl}. */
export const READ_CONTROL: OptionRules & Readonly<Record<keyof ReadControl, OptionRule>> = {
  onProgress: { expected: "a function", accepts: (value) => typeof value === "function" },
  signal: {
    expected: "an AbortSignal",
    // Not by instanceof: signals of another realm or a polyfill are as good.
    accepts: (value) => isObject(value) && typeof value.aborted === "boolean",
  },
};

/** The options of {@link RunControl}. */
export const RUN_CONTROL: OptionRules & Readonly<Record<keyof RunControl, OptionRule>> = {
  ...READ_CONTROL,
  timeout: aNumber({ min: 0 }, true),
};

/**
 * Checks that options are an object, that every name is known and every value keeps to its rule. A value of undefined
 * counts as left out.
 *
 * @param of whose options they are, for messages: "allocate"
 * @param hint the end of the message about a name that is not near a known one
 * @throws {UsageError} that names the option, its value, what was expected and the name or word that may be meant
 *
 * @example
 * ```ts
 * import { aNumber, checkOptions } from "./validate.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * let message = "";
 * try {
 *   checkOptions("bake", { minuts: 3 }, { minutes: aNumber({ min: 0 }) });
 * } catch (error) {
 *   message = (error as Error).message;
 * }
 * assertEquals(message, 'bake has no option "minuts" (did you mean minutes?)');
 * ```
 */
export function checkOptions(
  of: string,
  options: unknown,
  rules: OptionRules,
  hint: string = "",
): void {
  if (!isRecord(options)) {
    throw new UsageError(`the options of ${of} are ${shown(options)}, expected an object`);
  }
  for (const name in options) {
    if (!Object.hasOwn(rules, name)) {
      const near = meant(name, Object.keys(rules)) || hint;
      throw new UsageError(`${of} has no option ${quote(name)}${near}`);
    }
    // A copy of the options, as is made of them here and there, would lack it.
    if (!Object.hasOwn(options, name)) {
      throw new UsageError(
        `the option ${name} of ${of} is inherited, expected an option of its own`,
      );
    }
    const value = options[name];
    if (value !== undefined) checkValue(name, value, rules[name]);
  }
}

/** Checks one value. @throws {UsageError} that names it */
export function checkValue(name: string, value: unknown, rule: OptionRule): void {
  if (rule.accepts(value)) return;
  const near = rule.choices !== undefined && typeof value === "string"
    ? didYouMean(value, rule.choices)
    : "";
  throw new UsageError(`${name} is ${shown(value)}, expected ${rule.expected}${near}`);
}

/** Checks that a value is a drop. @throws {UsageError} where it is not */
export function checkDrop(drop: unknown): void {
  if (isObject(drop) && isObject(drop.instance) && ArrayBuffer.isView(drop.instance.score)) return;
  throw new UsageError(`drop is ${shown(drop)}, expected a Drop, as of Drop.from or readDrop`);
}

/** Checks that a value is an allocation. @throws {UsageError} where it is not */
export function checkAllocation(allocation: unknown): void {
  if (
    isObject(allocation) && ArrayBuffer.isView(allocation.offerStart) &&
    ArrayBuffer.isView(allocation.offerPair) && isObject(allocation.policy)
  ) return;
  throw new UsageError(`allocation is ${shown(allocation)}, expected what allocate returns`);
}

/** " (did you mean …?)" for a known name in another spelling (max_per_brand, --max-per-brand) or with a typing error; or "". */
function meant(name: string, names: readonly string[]): string {
  const camel = name.replace(/^-+/, "").replace(/[-_]+([a-zA-Z0-9])/g, (_, c) => c.toUpperCase());
  return names.includes(camel) ? ` (did you mean ${camel}?)` : didYouMean(name, names);
}

/** A value as a message shows it, on one line. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length > 8 ? `a list of ${value.length}` : listed(value);
  if (!isObject(value)) return String(value);
  // Iterators have no constructor of their own, but a tag.
  const name = value.constructor?.name || Object.prototype.toString.call(value).slice(8, -1);
  return name === "Object" ? "an object" : /^[AEIO]/.test(name) ? `an ${name}` : `a ${name}`;
}

function listed(values: readonly unknown[]): string {
  return `[${values.map(shown).join(", ")}]`;
}

/** Whether a value is an object, a list or a typed array among them, and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Whether a value is an object with fields: no list, and nothing that holds what it has elsewhere, as a Map, a Date or a Promise does. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.prototype.toString.call(value) === "[object Object]";
}
