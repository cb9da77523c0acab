/**
 * Checks the inputs and options of {@link readDrop}.
 *
 * @module
 */
import { DROP_OPTIONS } from "../allocator/drop/drop.ts";
import { requireHoldout } from "../allocator/drop/holdout.ts";
import { UsageError } from "../base/errors.ts";
import { optionInWords } from "../base/option_words.ts";
import {
  anObject,
  aNumber,
  anything,
  checkOptions,
  checkValue,
  isObject,
  ofKind,
  type OptionRule,
  READ_CONTROL,
} from "../base/validate.ts";
import { checkLimits } from "./bytes/read_limits.ts";
import { standardInputTwice } from "./bytes/source.ts";
import { checkRenamed, DIALECT_OPTIONS } from "./csv/dialect_options.ts";
import type { DropSources, ReadOptions } from "./drop_sources.ts";

const source: OptionRule = {
  ...ofKind({ type: "file" }),
  expected: "a file, folder, glob, - or address",
};
const SOURCES: Readonly<Record<keyof DropSources, OptionRule>> = {
  caps: source,
  elig: source,
  userGroups: source,
  groupRatios: source,
  previous: source,
  limits: {
    expected: "a file, folder, glob, - or address, or a list of limits",
    accepts: (value) =>
      source.accepts(value) || Array.isArray(value) ||
      isObject(value) && Array.isArray(value.records),
  },
  history: {
    expected: `${source.expected}, or a list of them`,
    accepts: (value) =>
      source.accepts(value) ||
      (Array.isArray(value) && value.length > 0 && value.every(source.accepts)),
  },
  pins: source,
  bans: source,
};
/** Inputs that may not be left out; group ratios may, where there is a default one. */
const NEEDED = ["caps", "elig", "userGroups"] as const;

const OPTIONS: Readonly<Record<keyof ReadOptions, OptionRule>> = {
  ...DROP_OPTIONS,
  ...READ_CONTROL,
  ...DIALECT_OPTIONS,
  workers: aNumber({ min: 1, whole: true }),
  // Checked by checkLimits.
  limits: anything,
};

/**
 * Checks the inputs and options of {@link readDrop}.
 *
 * @throws {UsageError} for an unknown option or one out of range, a missing input, or standard input named twice
 */
export function checkReadOptions(sources: DropSources, options: ReadOptions): void {
  checkValue("sources", sources, anObject("{caps, elig, userGroups, groupRatios}"));
  checkOptions("the input of readDrop", sources, SOURCES);
  for (const name of NEEDED) {
    if (sources[name] !== undefined) continue;
    throw new UsageError(`${name} is missing, expected ${SOURCES[name].expected}`);
  }
  checkOptions("readDrop", options, OPTIONS);
  if (sources.groupRatios === undefined && options.defaultRatio === undefined) {
    throw new UsageError(
      `${optionInWords("groupRatios")} is missing, expected ${SOURCES.groupRatios.expected}, or ${
        optionInWords("defaultRatio")
      }: the ratio of every group`,
    );
  }
  requireHoldout(options);
  checkLimits(options.limits);
  checkRenamed(options.columns);
  if (Object.values(sources).flat().filter((source) => source === "-").length > 1) {
    throw standardInputTwice();
  }
}
