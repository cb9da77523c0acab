/**
 * How much the tests try. A run of all tests must end in minutes on a slow machine, so tests over random drops, changes and
 * faults take a part of their seeds there, spread over all kinds; `DIVVY_TESTS=all` takes all of them.
 */

/** Whether all seeds, changes and engines are asked for. */
export const ALL_TESTS = Deno.env.get("DIVVY_TESTS") === "all";

/** What of a test's cases is tried, or how many: `few` in a usual run, `all` where all are asked for. */
export function tried<T>(few: T, all: T): T {
  return ALL_TESTS ? all : few;
}
