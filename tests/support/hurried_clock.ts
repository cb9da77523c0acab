/** A clock that jumps, so that time runs out in the middle of anything: searches, programs (HiGHS asks it too), repairs. */
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";

/** How far and how often the clock jumps, and what time limit there is. */
export interface Hurry {
  /** Most milliseconds of a jump. */
  readonly jump: number;
  /** Share of the looks at the clock that it jumps at. */
  readonly share: number;
  /** Time limit of a run, in seconds of this clock; undefined: none. */
  readonly timeout?: number;
  readonly random: Random;
}

/** The hurry of a seed: from next to none to one that leaves no time for anything. */
export function hurryOf(seed: number): Hurry {
  const random = seededRandom(seed * 48271 + 29);
  const jump = 10 ** (-2 + 6 * random.next()), share = 10 ** (-3 * random.next());
  const timeout = random.next() < 0.6 ? 10 ** (-2 + 4 * random.next()) : undefined;
  return { jump, share, timeout, random };
}

/** A clock that nearly stands still: no time limit has a part in what a run finds, however busy the machine. */
export const UNHURRIED: Hurry = { jump: 0, share: 0, random: seededRandom(1) };

/** Runs `what` by a clock that jumps. Only time that the code asks for passes: a run depends on the seed alone. */
export async function hurried<T>({ jump, share, random }: Hurry, what: () => Promise<T>) {
  const now = performance.now;
  let time = now.call(performance);
  performance.now = () => {
    time += 1e-3 + (random.next() < share ? jump * random.next() ** 2 : 0);
    return time;
  };
  try {
    return await what();
  } finally {
    performance.now = now;
  }
}

/** Runs `what` by a clock that goes so many times as fast as the real one: by a high speed the machine seems slow, or busy. */
export async function atSpeed<T>(speed: number, what: () => Promise<T>): Promise<T> {
  const now = performance.now, begun = now.call(performance);
  performance.now = () => begun + speed * (now.call(performance) - begun);
  try {
    return await what();
  } finally {
    performance.now = now;
  }
}
