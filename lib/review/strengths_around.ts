/**
 * The uncertainty of the strengths, as a few strengths that represent their distribution.
 *
 * @module
 */
import { fixedStrengths, LARGEST, logPosterior, SMALLEST } from "./fit_strengths.ts";
import type { RateCounts } from "./rate_counts.ts";
import type { Strengths } from "./rate_tree.ts";

/** Step, in logarithms of strengths, at which the curvature of the likelihood is measured. */
const STEP = 0.4;
/** Least and most deviation of a logarithm: with few counts the likelihood is far from a normal one. */
const LEAST = 0.02, MOST = 1.2;

const NAMES = ["brand", "contract", "cell"] as const;

/**
 * Equally likely strengths with the mean and variance of the strengths' distribution. The logarithms of strengths are
 * taken as independent normal variables around the likeliest, as wide as the likelihood is curved there (Laplace's
 * approximation); for d of them the points at ±√d deviations on each axis integrate polynomials of third degree exactly
 * (the spherical-radial rule of Arasaratnam and Haykin, "Cubature Kalman filters", IEEE Trans. Automatic Control 54,
 * 2009). Strengths that counts can't tell stay as they are set.
 *
 * @param strengths the likeliest, of `fitStrengths`
 */
export function strengthsAround(counts: RateCounts, strengths: Strengths): Strengths[] {
  const set = fixedStrengths(counts);
  const free = NAMES.filter((name) => !set.has(name));
  if (free.length === 0) return [strengths];
  const best = logPosterior(counts, strengths);
  return free.flatMap((name) => {
    const at = (log: number) => {
      const strength = strengths[name] * Math.exp(log);
      return { ...strengths, [name]: Math.min(LARGEST, Math.max(SMALLEST, strength)) };
    };
    const [less, more] = [-STEP, STEP].map((step) => logPosterior(counts, at(step)));
    const curvature = (2 * best - less - more) / STEP ** 2;
    const wide = curvature > 0 ? 1 / Math.sqrt(curvature) : MOST;
    const reach = Math.sqrt(free.length) * Math.min(MOST, Math.max(LEAST, wide));
    return [at(-reach), at(reach)];
  });
}
