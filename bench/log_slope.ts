/**
 * How a measure grows with another.
 *
 * @module
 */

/** Slope of the least-squares line through the logarithms of the points (x, y): y grows as x to that power. */
export function logSlope(points: number[][]): number {
  const x = points.map(([a]) => Math.log(a)), y = points.map(([, b]) => Math.log(b));
  const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const mx = mean(x), my = mean(y);
  const covariance = x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0);
  return covariance / x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
}
