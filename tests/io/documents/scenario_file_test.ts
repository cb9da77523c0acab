import { parseScenarios } from "../../../lib/io/documents/scenario_file.ts";
import { formatScenarios } from "../../../lib/io/documents/scenario_text.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";

Deno.test("scenarios: written and read back they are the same", () => {
  const scenarios = [
    { name: "as it is" },
    {
      name: "all",
      ratioScale: 0.8,
      setRatio: { "__proto__x": 0.4, G: 0.1 + 0.2 },
      capScale: { sponsored: 1.2 },
      brandCapScale: { "31": 2 },
      setCap: { C: 500 },
      limitScale: { budget: 1.1 },
      k: 4,
      policy: { covW: [0.1, 0.2], maxSponsoredRatio: null, mixTail: true },
    },
  ];
  const read = parseScenarios(formatScenarios(scenarios), "s.json");
  assertEquals(JSON.stringify(read), JSON.stringify(scenarios));
});

Deno.test("scenarios: a key that stands twice is refused, at any depth", () => {
  assertThrows(
    () => parseScenarios('[{"name": "x",\n"set_cap": {"a": 1, "b": 2, "a": 3}}]', "s.json"),
    InputError,
    's.json:2: key is "a", expected each key once',
  );
});

Deno.test("scenarios: what a policy can't have is told by its path", () => {
  const fails = (policy: unknown, words: string) =>
    assertThrows(
      () => parseScenarios(JSON.stringify([{ name: "x", policy }]), "s.json"),
      InputError,
      words,
    );
  fails({ mix_tial: true }, "did you mean mix_tail?");
  fails({ mix_tail: 1 }, '[0].policy.mix_tail is "1", expected true or false');
  fails({ k: 0 }, '[0].policy.k is "0"');
  fails({ mix_tail: null }, '[0].policy.mix_tail is "null"');
});
