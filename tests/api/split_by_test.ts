/** Explanations of splits name people as the requirements do. */
import { explainSplit } from "../../split.ts";
import { UsageError } from "../../lib/base/errors.ts";
import { assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";

Deno.test("explanations: a name is that of a requirement with blanks around it or without", () => {
  const problem = {
    total: 4,
    requirements: [{ name: " ann ", interval: [0, 5], target: 2 }],
  } as const;
  for (const name of ["ann", " ann "]) assertEquals(explainSplit(problem, name).units, 4);
  assertThrows(() => explainSplit(problem, "anne"), UsageError, "did you mean ann?");
});
