/** The tests that every mutant of the checker must be noticed by: a folder of its own, and those across files that are about it. */
export const CHECKER_TESTS = [
  "tests/allocator/check",
  ...["boundaries", "recorded_verdicts", "certificate_cases", "certificate_tolerances"].map((
    name,
  ) => `tests/allocator/across/${name}_test.ts`),
];
