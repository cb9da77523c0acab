/**
 * JSON that can be compared from week to week, line by line.
 *
 * @module
 */

/** A value as JSON, a fact a line, names in the order that they have in every run. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A summary without what differs each time the same is run: seconds and memory. */
export function withoutTimings<S extends { timings: unknown; peak_rss_bytes: number }>(
  summary: S,
): Omit<S, "timings" | "peak_rss_bytes"> {
  const { timings: _, peak_rss_bytes: __, ...steady } = summary;
  return steady;
}
