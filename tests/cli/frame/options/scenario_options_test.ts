import { scenariosOf } from "../../../../lib/cli/frame/options/scenario_options.ts";
import { assertEquals, assertThrows } from "../../../../lib/deps/std_assert.ts";
import { UsageError } from "../../../../lib/base/errors.ts";

Deno.test("scenario options: numbers are decimal, as those of all other options", () => {
  const [scenario] = scenariosOf({ capScale: ["tea=1.5e0"], ratioScale: ".5" });
  assertEquals(scenario.capScale, { tea: 1.5 });
  assertEquals(scenario.ratioScale, 0.5);
  for (const text of ["0x3", "0b1", "1_0", "", "Infinity"]) {
    assertThrows(() => scenariosOf({ capScale: [`tea=${text}`] }), UsageError, "--cap-scale");
    assertThrows(() => scenariosOf({ ratioScale: text }), UsageError, "--ratio-scale");
  }
});

Deno.test("scenario options: of two sweeps one may have several values", () => {
  assertEquals(scenariosOf({ ratioScale: "0.5,0.8", changeCost: 0.1 }).length, 2);
  for (const many of ["0.5,0.8", "0.5..0.8:3"]) {
    assertThrows(
      () => scenariosOf({ ratioScale: "0.5,0.6", changeCost: many }),
      UsageError,
      "one may have several values",
    );
  }
});

Deno.test("scenario options: a factor alone is told how it is given for all", () => {
  assertThrows(() => scenariosOf({ capScale: ["0.9"] }), UsageError, "(all=0.9 is for all)");
  const { message } = assertThrows(() => scenariosOf({ capScale: ["tea"] }), UsageError);
  assertEquals(message, '--cap-scale is "tea", expected contract=factor, the factor a number ≥ 0');
});
