/**
 * Which odd drops a run of the tests judges. Each ISO week has 10,000 seeds of its own, in 40 slices of 250; a run takes the
 * slice of the ten minutes that it begins in, so that runs one after the other take one slice after the other, and 40 of them
 * the whole week's.
 */

/** Seeds of a week, and of a slice. */
export const OF_WEEK = 10_000, OF_SLICE = 250;

const MINUTE = 60_000, WEEK = 7 * 24 * 60 * MINUTE;

/** The week that 1970-01-01, a Thursday, lies in began three days before. */
const FIRST_MONDAY = -3 * 24 * 60 * MINUTE;

/** A slice: its first seed, and how many there are. */
export interface FuzzSlice {
  readonly seed: number;
  readonly count: number;
}

/**
 * What is judged where `asked` is DIVVY_FUZZ_SEED: a seed, from which a slice goes on; `week`: all of the week's; undefined: the
 * slice of the time.
 *
 * @param now milliseconds since 1970
 */
export function fuzzSlice(asked: string | undefined, now: number): FuzzSlice {
  const week = Math.floor((now - FIRST_MONDAY) / WEEK) * OF_WEEK;
  if (asked === "week") return { seed: week, count: OF_WEEK };
  if (asked !== undefined && asked !== "") {
    if (!/^\d+$/.test(asked)) throw new Error(`DIVVY_FUZZ_SEED=${asked}: a seed, or week`);
    return { seed: Number(asked), count: OF_SLICE };
  }
  const slice = Math.floor(now / (10 * MINUTE)) % (OF_WEEK / OF_SLICE);
  return { seed: week + slice * OF_SLICE, count: OF_SLICE };
}
