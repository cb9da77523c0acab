/**
 * Scenarios from the options of `divvy whatif`.
 *
 * @module
 */
import { decimalOf } from "../../../base/numbers/decimal_text.ts";
import { type Scenario, sweep } from "../../../allocator/explain/whatif.ts";
import { quote, UsageError } from "../../../base/errors.ts";
import { changesInWords } from "../../../report/facts/compare/whatif_facts.ts";
import { inRange, type NumberRange, rangeText } from "../../../base/value_kind.ts";

/** The options of `divvy whatif` that set changes. */
export interface ScenarioValues {
  /** `0.8`, `0.6,0.8` or `0.6..1.2:7`. */
  ratioScale?: string;
  /** `0.02`, `0,0.01,0.02` or `0..0.05:6`. */
  changeCost?: string | number;
  /** Each `G=0.4`. */
  setRatio?: string[];
  /** Each `C=1.5` or `sponsored=1.2`. */
  capScale?: string[];
  /** Each `NAME=1.2`. */
  limitScale?: string[];
  /** Most offers per user. */
  k?: number;
}

/** Most steps of a sweep. */
const MOST_STEPS = 1000;

/**
 * The scenarios that the options describe: one for each value of `--ratio-scale` or `--change-cost` (one without them), each with
 * all other changes. Scenarios without effect (a factor of 1) are left out, since the unchanged drop is solved anyway.
 *
 * @throws {UsageError} for an invalid value
 */
export function scenariosOf(values: ScenarioValues): Scenario[] {
  const { ratioScale, setRatio = [], capScale = [], limitScale = [], k } = values;
  // In the configuration file it is a number, as for other commands.
  const changeCost = values.changeCost === undefined ? undefined : String(values.changeCost);
  const shared = {
    ...(setRatio.length > 0 && {
      setRatio: assignments("--set-ratio", setRatio, ["group", "ratio"], { min: 0, max: 1 }),
    }),
    ...(capScale.length > 0 && {
      capScale: assignments("--cap-scale", capScale, ["contract", "factor"], { min: 0 }),
    }),
    ...(limitScale.length > 0 && {
      limitScale: assignments("--limit-scale", limitScale, ["limit", "factor"], { min: 0 }),
    }),
    ...(k !== undefined && { k }),
  };
  const named = (change: Omit<Scenario, "name">): Scenario => {
    const scenario = { ...change, name: "" };
    return { ...scenario, name: changesInWords(scenario) };
  };
  if (ratioScale !== undefined && changeCost !== undefined) {
    const isOne = (text: string) => !/,|\.\./.test(text);
    if (!isOne(ratioScale) && !isOne(changeCost)) {
      throw new UsageError("of --ratio-scale and --change-cost one may have several values");
    }
  }
  const ratios = ratioScale === undefined
    ? [{}]
    : sweepValues("--ratio-scale", ratioScale).map((value) => ({ ratioScale: value }));
  const costs = changeCost === undefined
    ? [{}]
    : sweepValues("--change-cost", changeCost).map((value) => ({ policy: { changeCost: value } }));
  return ratios.flatMap((ratio) => costs.map((cost) => named({ ...ratio, ...cost, ...shared })))
    .filter(({ name }) => name !== "");
}

/** The values of `from..to:count`, or of one or several numbers with commas between them. */
function sweepValues(option: string, text: string): number[] {
  const range = /^([^.]+(?:\.\d+)?)\.\.([^:]+):(\d+)$/.exec(text);
  if (range === null) {
    const expected = `${rangeText({ min: 0 })}, or a list 0.6,0.8, or a range 0.6..1.2:7`;
    return text.split(",").map((part) => numberIn(option, text, part, { min: 0 }, expected));
  }
  const [, from, to, count] = range;
  const counts = { min: 1, max: MOST_STEPS, whole: true };
  const steps = numberIn(option, text, count, counts, `${rangeText(counts)} behind the colon`);
  const ends = `${rangeText({ min: 0 })} at both ends of the range`;
  return sweep(
    numberIn(option, text, from, { min: 0 }, ends),
    numberIn(option, text, to, { min: 0 }, ends),
    steps,
  );
}

/**
 * Pairs `id=number`. The last `=` divides, since ids may contain one.
 *
 * @param words what stands before and behind the `=`, for messages
 */
function assignments(
  option: string,
  texts: readonly string[],
  words: readonly [id: string, number: string],
  range: NumberRange,
): Record<string, number> {
  const expected = `${words.join("=")}, the ${words[1]} ${rangeText(range)}`;
  const found = new Map<string, number>();
  for (const text of texts) {
    const at = text.lastIndexOf("=");
    if (at <= 0) {
      // A factor alone is most likely meant for all of them.
      const all = words[1] === "factor" && inRange(decimalOf(text), range)
        ? ` (all=${text.trim()} is for all)`
        : "";
      throw new UsageError(`${option} is ${quote(text)}, expected ${expected}${all}`);
    }
    const id = text.slice(0, at);
    if (found.has(id)) throw new UsageError(`${option} names ${quote(id)} twice`);
    found.set(id, numberIn(option, text, text.slice(at + 1), range, expected));
  }
  // Object.fromEntries makes own properties even of an id __proto__; an assignment would not.
  return Object.fromEntries(found);
}

/** The number that a part of an option's value is. */
function numberIn(
  option: string,
  text: string,
  part: string,
  range: NumberRange,
  expected: string,
): number {
  const value = decimalOf(part);
  if (inRange(value, range)) return value;
  throw new UsageError(`${option} is ${quote(text)}, expected ${expected}`);
}
