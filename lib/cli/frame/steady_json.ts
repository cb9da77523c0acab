/**
 * JSON that can be compared from week to week, line by line.
 *
 * @module
 */

/** A value as indented JSON, one fact a line. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A summary without seconds and memory, which differ from run to run. */
export function withoutTimings<S extends { timings: unknown; peak_rss_bytes: number }>(
  summary: S,
): Omit<S, "timings" | "peak_rss_bytes"> {
  const { timings: _, peak_rss_bytes: __, ...steady } = summary;
  return steady;
}
