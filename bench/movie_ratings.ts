/**
 * A drop of the shape of MovieLens 20M: 138,493 users, 26,744 films, about 20 million ratings, the popular films rated by half
 * of the users and most films by a few; every film can be given to 30 users. The data themselves are not needed: how often
 * films and users occur is what makes the shape (Harper and Konstan, "The MovieLens datasets", 2015).
 */
import type { Instance } from "../lib/allocator/drop/instance/instance.ts";
import { sharedFloat64, sharedUint16, sharedUint32 } from "../lib/base/arrays/shared_array.ts";
import { IdPool } from "../lib/base/ids/ids.ts";
import { type Random, seededRandom } from "../lib/base/numbers/random.ts";

const USERS = 138_493, FILMS = 26_744, CAP = 30;
/** Least ratings of a user, and the lognormal law of those beyond. */
const LEAST = 20, LOG_MEAN = 4.03, LOG_SIGMA = 1.25;

/**
 * The drop at a share of its users and films.
 *
 * @param tied scores in half steps from 0.5 to 5, as ratings are; else a recommender's, to six decimals
 */
export function movieRatings(seed: number, tied: boolean, scale = 1): Instance {
  const users = Math.round(USERS * scale), films = Math.round(FILMS * scale);
  const random = seededRandom(seed), film = filmsByPopularity(films, scale, random);
  const start = sharedUint32(users + 1);
  for (let u = 0; u < users; u++) {
    const count = Math.round(LEAST + Math.exp(LOG_MEAN + LOG_SIGMA * normal(random)));
    start[u + 1] = start[u] + Math.min(Math.floor(0.35 * films), count);
  }
  const pairs = start[users], contract = sharedUint16(pairs), score = sharedFloat64(pairs);
  const quality = Float64Array.from({ length: films }, () => 3.4 + 0.5 * normal(random));
  const lastUser = new Int32Array(films).fill(-1);
  for (let u = 0; u < users; u++) {
    const from = start[u], to = start[u + 1];
    for (let p = from; p < to; p++) {
      let c = film();
      // After some tries any film will do: who rates thousands rates unpopular ones.
      for (let tries = 0; lastUser[c] === u; tries++) c = tries < 20 ? film() : random.below(films);
      lastUser[c] = u;
      contract[p] = c;
    }
    contract.subarray(from, to).sort();
    const bias = 0.4 * normal(random);
    for (let p = from; p < to; p++) {
      const value = quality[contract[p]] + bias + 0.8 * normal(random);
      const rating = Math.min(5, Math.max(0.5, value));
      score[p] = tied ? Math.round(2 * rating) / 2 : Math.round(1e6 * rating) / 1e6;
    }
  }
  const id = (letter: string, i: number) => letter + String(i).padStart(7, "0");
  return {
    users: IdPool.from(Array.from({ length: users }, (_, u) => id("u", u))),
    contracts: Array.from({ length: films }, (_, c) => id("f", c)),
    sponsoredContracts: 0,
    cap: new Float64Array(films).fill(CAP),
    brand: null,
    brands: [],
    groups: ["all"],
    ratio: new Float64Array(1),
    groupSize: Uint32Array.of(users),
    group: sharedUint32(users),
    start,
    middle: start.slice(0, users),
    contract,
    score,
  };
}

/** Draws films, the first ones more often: a power law that falls off exponentially, as MovieLens' counts do. */
function filmsByPopularity(films: number, scale: number, random: Random): () => number {
  const below = new Float64Array(films + 1);
  for (let c = 0; c < films; c++) {
    below[c + 1] = below[c] + Math.exp(-c / (3200 * scale)) / (c + 100 * scale) ** 0.9;
  }
  const total = below[films];
  // Where to begin to look, for each 65,536th of the sum.
  const STEPS = 1 << 16, guide = new Uint32Array(STEPS + 1);
  for (let i = 0, c = 0; i <= STEPS; i++) {
    while (c < films - 1 && below[c + 1] < total * i / STEPS) c++;
    guide[i] = c;
  }
  return () => {
    const x = random.next();
    let c = guide[Math.floor(x * STEPS)];
    while (c < films - 1 && below[c + 1] < x * total) c++;
    return c;
  };
}

/** A normal deviate, by Box and Muller's method. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
