import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  defaultRatioOf,
  goesWithoutRatios,
} from "../../../../lib/cli/frame/options/default_ratio.ts";

Deno.test("the default ratio: what is given, or 0 where coverage has no table at all", () => {
  const cases: [Record<string, unknown>, number | undefined][] = [
    [{ model: "uniform" }, undefined],
    [{ model: "uniform", defaultRatio: 0.2 }, 0.2],
    [{ model: "coverage" }, 0],
    [{ model: "coverage", defaultRatio: 0.2 }, 0.2],
    // A table that lacks a group is at fault under either model.
    [{ model: "coverage", groupRatios: "group_ratios.csv" }, undefined],
    [{ model: "coverage", solver: "or" }, undefined],
    [{ model: "uniform", solver: "pulp" }, 0],
    [{ model: "coverage", scenario: "s.json" }, undefined],
    [{ model: "coverage", scenarios: "s.json" }, undefined],
  ];
  for (const [values, ratio] of cases) {
    assertEquals(defaultRatioOf(values), ratio, JSON.stringify(values));
    assertEquals(goesWithoutRatios("validate", values), ratio !== undefined);
  }
});

Deno.test("the default ratio: a certificate's model counts in place of the options'", () => {
  assertEquals(defaultRatioOf({ model: "uniform" }, { model: "coverage" }), 0);
  assertEquals(defaultRatioOf({ model: "coverage" }, { model: "uniform" }), undefined);
  const values = { model: "uniform", certificate: "certificate.json" };
  assertEquals(goesWithoutRatios("check", values), true, "known once the certificate is read");
  assertEquals(goesWithoutRatios("allocate", values), false, "there it is what is written");
});
