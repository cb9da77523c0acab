/**
 * Checks of the options of reading.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import type { DropSources, ReadOptions } from "./drop_reader.ts";

/**
 * Checks the options of reading.
 *
 * @throws {UsageError} for an option out of range, or standard input named twice
 */
export function checkReadOptions(sources: DropSources, options: ReadOptions): void {
  const { unsponsoredCap, topN, minScore, defaultRatio, workers } = options;
  const wholeFrom = (least: number, name: string, value: number | undefined) => {
    if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
      throw new UsageError(`${name} is ${value}, expected a whole number of at least ${least}`);
    }
  };
  wholeFrom(0, "--unsponsored-cap", unsponsoredCap);
  wholeFrom(1, "--top-n", topN);
  wholeFrom(1, "--workers", workers);
  if (minScore !== undefined && Number.isNaN(minScore)) {
    throw new UsageError(`--min-score is ${minScore}, expected a number`);
  }
  if (defaultRatio !== undefined && !(defaultRatio >= 0 && defaultRatio <= 1)) {
    throw new UsageError(`--default-ratio is ${defaultRatio}, expected a number from 0 to 1`);
  }
  if (Object.values(sources).filter((source) => source === "-").length > 1) {
    throw new UsageError("- (standard input) can stand for one input only");
  }
}
