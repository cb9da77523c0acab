import { split } from "../../../mod.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { splitText } from "../../../lib/report/text/split_text.ts";

/** What the text says each gets. */
function unitsIn(text: string): string[] {
  return text.split("\n").flatMap((line) => /^p\d +(\S+)/.exec(line)?.slice(1) ?? []);
}

Deno.test("units that end are told with all their decimals, as they are what is handed out; others with seven digits", () => {
  const told = (total: number, targets: number[], step?: number) => {
    const requirements = targets.map((target, i) => ({
      name: `p${i}`,
      interval: [0] as const,
      target,
    }));
    return unitsIn(splitText(split({ total, requirements }, { step }), { step }));
  };
  assertEquals(told(9_229_226, [3_047_272, 5_842_560], 0.01), ["3163610.06", "6065615.94"]);
  assertEquals(told(1_234_567.5, [1, 1]), ["617283.75", "617283.75"]);
  assertEquals(told(10, [1, 1, 1]), ["3.333333", "3.333333", "3.333333"]);
  assertEquals(told(1e6, [1, 1, 1]), ["333333.3", "333333.3", "333333.3"]);
});
