/**
 * The schema of a split's problem file, in JSON.
 *
 * @module
 */
import { z } from "../../../deps/zod.ts";
import {
  boundOf,
  GOOD_EXPECTED,
  GOODS_EXPECTED,
  GROUP_EXPECTED,
  INTERVAL_EXPECTED,
  TARGET_EXPECTED,
  TARGET_WORDS,
} from "../../../woptim/problem/problem.ts";
import {
  NUMERIC_FIELDS,
  type NumericField,
  readStep,
  STEP_TEXT_EXPECTED,
} from "../../../woptim/problem/person_fields.ts";
import {
  AMOUNT_EXPECTED,
  isNumberOfSplits,
  LARGEST,
  NUMBER_EXPECTED,
} from "../../../woptim/problem/size.ts";

/** A number from `least` to LARGEST that splits count with. As everywhere here, the message of an issue is what was expected. */
const number = (least: number, expected: string) =>
  z.number(expected).min(least, expected).max(LARGEST, expected)
    .refine(isNumberOfSplits, expected);
const amount = number(0, AMOUNT_EXPECTED);
/** A bound as {@link boundOf} reads it: a number; null, blank or an infinity if there is none. */
const bound = (side: "lower" | "upper") =>
  z.union([number(-LARGEST, INTERVAL_EXPECTED), z.null(), z.string()], INTERVAL_EXPECTED)
    .refine((value) => !Number.isNaN(boundOf(value, side)), INTERVAL_EXPECTED)
    .describe(`the ${side} bound; null, "inf" with its sign, or blank: no limit`);

/** A further field of a person, from {@link NUMERIC_FIELDS}; null counts as left out. */
const field = (name: NumericField, kind: z.ZodType) => {
  const { expected, about, read } = NUMERIC_FIELDS[name];
  return z.union([kind, z.null()], expected)
    .refine((value) => value === null || read(value) !== undefined, expected)
    .optional().describe(about);
};

const interval = z.tuple([bound("lower"), bound("upper").optional()], INTERVAL_EXPECTED)
  .refine(
    ([lower, upper]) => boundOf(lower, "lower") <= boundOf(upper, "upper"),
    INTERVAL_EXPECTED,
  );
const target = z.union(
  [number(-LARGEST, TARGET_EXPECTED), z.enum(TARGET_WORDS)],
  TARGET_EXPECTED,
);
const name = z.string("a name").regex(/\S/, "a name");
/** The name of a group or good; null counts as left out. */
const reference = (what: string, about: string) =>
  z.union([z.string(), z.null()], what).optional().describe(about);

const group = z.object({
  name: name.describe("the group's name; no two groups are the same"),
  interval: z.union([interval, z.null()], INTERVAL_EXPECTED).optional().describe(
    "the least and the most units for all members together: [lower, upper]; either may be open",
  ),
  target: z.union([target, z.null()], TARGET_EXPECTED).optional().describe(
    "the units that would be best for all members together; none if left out",
  ),
  weight: field("weight", z.number()),
  group: reference(GROUP_EXPECTED, "the group that it is in"),
}, "an object with name, and interval, target, weight or group");

const requirement = z.object({
  name: name.describe("the person's name; no two are the same"),
  interval: interval.describe(
    "the least and the most units the person is fine with: [lower, upper]; either may be open",
  ),
  target: target.describe(
    "the units the person would like best, or where in the interval they are",
  ),
  weight: field("weight", z.number()),
  priority: field("priority", z.number()),
  or_zero: field("orZero", z.boolean()),
  step: z.union([z.number(), z.string(), z.null()], STEP_TEXT_EXPECTED)
    .refine((value) => value === null || readStep(value) !== undefined, STEP_TEXT_EXPECTED)
    .optional().describe('units come in whole multiples of this; a fraction as text, "1/3"'),
  group: reference(GROUP_EXPECTED, "the group that the person is in"),
  good: reference(GOOD_EXPECTED, "the good that this is for, where there are several"),
  previous: field("previous", z.number()),
  fixed: field("fixed", z.union([z.number(), z.boolean()])),
}, "an object with name, interval and target");

/** The schema of a problem file. It does not find names that occur twice. */
export const splitProblemSchema = z.object({
  total: amount.describe("units to be divided"),
  price: number(-LARGEST, NUMBER_EXPECTED).optional().describe(
    "price of all units together; below 0: a refund",
  ),
  requirements: z.array(requirement, "a list of people")
    .min(1, "at least one person")
    .describe("the people and what each asks for"),
  groups: z.array(group, "a list of groups").optional()
    .describe("groups of people, and of groups, each with an interval and a target of its own"),
}, "an object with total and requirements")
  .describe("Units to be divided among people, each with an interval and a target.");

const good = z.object({
  name: name.describe("the good's name; no two goods are the same"),
  total: amount.describe("units to be divided"),
  price: number(-LARGEST, NUMBER_EXPECTED).optional().describe("price of all its units together"),
}, "an object with name and total");

/** The schema of a problem file of several goods. */
export const goodsProblemSchema = splitProblemSchema.omit({ total: true, price: true }).extend({
  goods: z.array(good, GOODS_EXPECTED).min(1, "at least one good"),
});

/** The JSON Schema of a problem file (comments and trailing commas are allowed in the file itself). */
export function splitJsonSchema(): Record<string, unknown> {
  return { title: "A split for divvy", ...z.toJSONSchema(splitProblemSchema, { io: "input" }) };
}
