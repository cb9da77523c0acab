/**
 * Scenarios as the command line spells them.
 *
 * @module
 */
import { type Scenario, sweep } from "../../allocator/explain/whatif.ts";
import { quote, UsageError } from "../../base/errors.ts";
import { changesInWords } from "../../report/facts/whatif_facts.ts";
import { inRange, type NumberRange, rangeText } from "./options.ts";

/** The options of `divvy whatif` that say what changes. */
export interface ScenarioValues {
  /** `0.8`, `0.6,0.8` or `0.6..1.2:7`. */
  ratioScale?: string;
  /** `0.02`, `0,0.01,0.02` or `0..0.05:6`. */
  changeCost?: string | number;
  /** `G=0.4`, each. */
  setRatio?: string[];
  /** `C=1.5`, `sponsored=1.2`, each. */
  capScale?: string[];
  /** `NAME=1.2`, each. */
  limitScale?: string[];
  /** Most offers per user. */
  k?: number;
}

/** Most steps of a sweep. */
const MOST_STEPS = 1000;

/**
 * The scenarios that the options spell: one per value of `--ratio-scale` or `--change-cost` (one in all without
 * them), each with every other change. What changes nothing (a factor of 1) is left out: the drop as it is stands for it.
 *
 * @throws {UsageError} for a value that can't be used
 */
export function scenariosOf(values: ScenarioValues): Scenario[] {
  const { ratioScale, setRatio = [], capScale = [], limitScale = [], k } = values;
  // The configuration file has a number there, as other commands take it.
  const changeCost = values.changeCost === undefined ? undefined : String(values.changeCost);
  const shared = {
    ...(setRatio.length > 0 && {
      setRatio: assignments("--set-ratio", setRatio, { min: 0, max: 1 }),
    }),
    ...(capScale.length > 0 && { capScale: assignments("--cap-scale", capScale, { min: 0 }) }),
    ...(limitScale.length > 0 && {
      limitScale: assignments("--limit-scale", limitScale, { min: 0 }),
    }),
    ...(k !== undefined && { k }),
  };
  const named = (change: Omit<Scenario, "name">): Scenario => {
    const scenario = { ...change, name: "" };
    return { ...scenario, name: changesInWords(scenario) };
  };
  if (ratioScale !== undefined && changeCost !== undefined) {
    const isOne = (text: string) => !/[,.]{2}|,/.test(text);
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

/** `from..to:count` as that many values; otherwise a number or several with commas between them. */
function sweepValues(option: string, text: string): number[] {
  const range = /^([^.]+(?:\.\d+)?)\.\.([^:]+):(\d+)$/.exec(text);
  if (range === null) {
    return text.split(",").map((part) => numberIn(option, text, part, { min: 0 }));
  }
  const [, from, to, count] = range;
  const steps = numberIn(option, text, count, { min: 1, max: MOST_STEPS, whole: true });
  return sweep(
    numberIn(option, text, from, { min: 0 }),
    numberIn(option, text, to, { min: 0 }),
    steps,
  );
}

/** `id=number` pairs; the last `=` divides, because ids may hold one. */
function assignments(
  option: string,
  texts: readonly string[],
  range: NumberRange,
): Record<string, number> {
  const found = new Map<string, number>();
  for (const text of texts) {
    const at = text.lastIndexOf("=");
    if (at <= 0) {
      throw new UsageError(`${option} is ${quote(text)}, expected id=${rangeText(range)}`);
    }
    const id = text.slice(0, at);
    if (found.has(id)) throw new UsageError(`${option} names ${quote(id)} twice`);
    found.set(id, numberIn(option, text, text.slice(at + 1), range));
  }
  // Own properties, whatever the id: an assignment to __proto__ would make none.
  return Object.fromEntries(found);
}

function numberIn(option: string, text: string, part: string, range: NumberRange): number {
  const value = part.trim() === "" ? NaN : Number(part);
  if (inRange(value, range)) return value;
  throw new UsageError(`${option} is ${quote(text)}, expected ${rangeText(range)} in it`);
}
