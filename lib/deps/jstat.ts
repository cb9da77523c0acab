/**
 * jStat: quantiles of the beta and the normal distribution, right to eight digits, which tests check. (The packages of stdlib
 * are more exact, but they are dozens and read environment variables.)
 *
 * @module
 */
import jstat from "npm:jstat@1.9.6";

/** The part of jStat that is used; the package comes without types. */
const { beta, normal } = jstat as unknown as {
  beta: { inv(p: number, alpha: number, beta: number): number };
  normal: { inv(p: number, mean: number, deviation: number): number };
};

/** The value that a Beta(alpha, beta) variable is below with probability p. */
export function betaQuantile(p: number, alpha: number, b: number): number {
  return beta.inv(p, alpha, b);
}

/** The value that a standard normal variable is below with probability p. */
export function normalQuantile(p: number): number {
  return normal.inv(p, 0, 1);
}
