import { split } from "../../../mod.ts";
import type { Requirement } from "../../../types.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { splitHtml } from "../../../lib/report/html/split_html.ts";
import { splitText } from "../../../lib/report/text/split_text.ts";
import { totalsText } from "../../../lib/report/text/totals_text.ts";
import { totalsBy } from "../../../lib/woptim/methods/totals_by.ts";

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

Deno.test("units far below 1 are told with digits, not as 0", () => {
  for (const size of [4e-2, 4e-4, 4e-6, 4e-9]) {
    const requirements = [1, 2, 3].map((n) => ({
      name: `p${n}`,
      interval: [0, 4 * size] as const,
      target: n * size / 3,
    }));
    const told = unitsIn(splitText(split({ total: 2 * size, requirements }))).map(Number);
    const sum = told.reduce((a, b) => a + b, 0);
    assert(Math.abs(sum / (2 * size) - 1) < 1e-2, `${told} of ${2 * size}`);
  }
});

Deno.test("what a unit more changes is told of any amounts: it does not vanish beside the discontent of many units", () => {
  const told = (size: number) => {
    const requirements = [
      { name: "a", interval: [0, size] as const, target: size },
      { name: "b", interval: [0, 10 * size] as const, target: size / 2 },
    ];
    return splitText(split({ total: 1.2 * size, requirements })).split("\n")
      .filter((line) => line.includes("changes it by"));
  };
  const atTheMargin = "at the margin a unit more changes it by −0.08";
  const changes = ["one unit more changes it by −0.08, one less by +0.08", atTheMargin];
  for (const size of [1e9, 1e13, 1e15]) assertEquals(told(size), changes, `${size}`);
  // Beyond what doubles count there is no unit more, but there is a margin.
  assertEquals(told(1e99), [atTheMargin]);
});

Deno.test("bounds are said to be passed or missed by those who are beyond them, and others apart", () => {
  const told = (total: number, intervals: [number, number][], step?: number) => {
    const requirements = intervals.map((interval, i) => ({
      name: `p${i}`,
      interval,
      target: "lower" as const,
      ...(step !== undefined && { priority: 3 - i }),
    }));
    return splitText(split({ total, requirements }, { step })).split("\n").slice(1, 3);
  };
  // One unit is below the second interval, in which no whole unit lies.
  assertEquals(told(4, [[0, 0.6], [1.1, 1.8]], 1), [
    "Upper bounds may be passed (1 of 2 are).",
    "1 other is below the lower bound.",
  ]);
  assertEquals(told(4, [[0, 1], [1, 2]]), ["Upper bounds may be passed (2 of 2 are).", ""]);
  assertEquals(told(1, [[1, 2], [1, 2]]), ["Lower bounds may be missed (2 of 2 are).", ""]);
});

Deno.test("what is fixed is not said to be kept, nor to lie between steps, nor to be another bound", () => {
  const ann = { name: "ann", interval: [0, 5] as const, target: 4, fixed: 10 };
  const ben = { name: "ben", interval: [0, 5] as const, target: 4 };
  const cleo = { name: "cleo", interval: [3, 5] as const, target: 4 };
  const dan = { name: "dan", interval: [6, 9] as const, target: 7, orZero: true };
  const told = (total: number, requirements: Requirement[]) =>
    splitText(split({ total, requirements })).split("\n\n")[0].split("\n");
  const outside = "1 fixed amount is outside the interval.";
  assertEquals(told(14, [ann, ben]), [
    "14 units for 2 people: all others' intervals are kept.",
    outside,
  ]);
  assertEquals(told(14, [{ ...ann, interval: [0, 12] }, ben]), [
    "14 units for 2 people: everybody's interval is kept.",
  ]);
  // All upper bounds together are 10: the total is 7 more than these.
  assertEquals(
    told(17, [ann, ben])[0],
    "17 units for 2 people: 2 more than what is fixed and all others' upper bounds together.",
  );
  assertEquals(
    told(12, [ann, ben, cleo])[0],
    "12 units for 3 people: 1 less than what is fixed and all others' lower bounds together.",
  );
  // All lower bounds together are 9.
  assertEquals(told(1, [cleo, dan]).slice(0, 2), [
    "1 unit for 2 people: 2 less than the lower bounds of all but those who may get nothing.",
    "Lower bounds may be missed (1 of 2 are).",
  ]);
  assertEquals(
    told(11, [ann, cleo, dan])[0],
    "11 units for 3 people: 2 less than what is fixed and the lower bounds of all others but those " +
      "who may get nothing.",
  );
});

Deno.test("numbers below 0 have the sign that people write, in the text and on the page", async () => {
  const found = split({
    total: 3,
    price: -7,
    requirements: [
      { name: "ann", interval: [-10, -2], target: -5 },
      { name: "ben", interval: [0, 9], target: 8.25 },
    ],
  });
  const page = await splitHtml(found, { title: "p" });
  for (
    const text of [
      splitText(found),
      page.slice(page.lastIndexOf("<table"), page.lastIndexOf("</table")),
    ]
  ) {
    assert(!/[>\s]-\d/.test(text), text);
    assertMatch(text, /−\d+\.\d\d\b/);
  }
});

Deno.test("totals are told in full, whatever their size, and discontent that is only rounding as 0", () => {
  const columns = { names: ["ann", "ben"], lower: [0, 0], upper: [9e9, 9e9], target: [1, 2] };
  const people = {
    names: columns.names,
    lower: Float64Array.from(columns.lower),
    upper: Float64Array.from(columns.upper),
    target: Float64Array.from(columns.target),
  };
  const text = totalsText(totalsBy("woptim", people, [1234.561, 1234.562, 98765.4321], {}));
  for (const total of ["1,234.561", "1,234.562", "98,765.432"]) assertStringIncludes(text, total);
  const requirements = [{ name: "ann", interval: [0, 1] as const, target: 1 }];
  const told = splitText(split({ total: 98765.4321, requirements }));
  assertStringIncludes(told, "98,765.4321 units for 1 person: 98,764.4321 more than");
  const tiny = splitText(split({ total: 2.5e-11, requirements }));
  assertStringIncludes(tiny, "2.5e-11 units");
});

Deno.test("the page has a column for each further field, and does not say that those intervals can be met that are not", async () => {
  const requirements = [
    { name: "ann", interval: [6, 9] as const, target: 8, orZero: true, weight: 2, previous: 3 },
    { name: "ben", interval: [5, 9] as const, target: 7, orZero: true },
  ];
  const page = await splitHtml(split({ total: 8, requirements }), { title: "p" });
  assertMatch(page, /all others.{1,6} intervals can be met/);
  for (const title of ["Weight", "Previous", "Change"]) assertStringIncludes(page, title);
  const group = requirements.map(({ name, interval, target }) => ({
    name,
    interval,
    target,
    group: "team",
  }));
  const grouped = split({ total: 14, requirements: group, groups: [{ name: "team" }] });
  assertStringIncludes(await splitHtml(grouped, { title: "p" }), "all intervals can be met");
});

Deno.test("where people have steps of their own, bounds are told to be rounded to these, and the price of a unit to be without them", () => {
  const requirements = [
    { name: "ann", interval: [4, 9] as const, target: 6, step: 3 },
    { name: "ben", interval: [4, 9] as const, target: 8, step: 1 },
  ];
  const told = (total: number) => splitText(split({ total, requirements }));
  // The lower bounds come to 8, in steps to 6 and 4.
  assertStringIncludes(
    told(9),
    "9 units for 2 people: 1 less than all lower bounds together, in everybody's own steps.",
  );
  assertStringIncludes(told(12), "(without the steps)");
});

Deno.test("the page's tile says how the total stands to the bounds as the sentence above it does", async () => {
  const tileOf = async (total: number, interval: readonly [number, number], step?: number) => {
    const requirements = [
      { name: "ann", interval, target: 8, ...(step === undefined && { step: 6 }) },
      {
        name: "ben",
        interval: [7, 60] as const,
        target: 30,
        ...(step === undefined && { step: 4 }),
      },
    ];
    const page = await splitHtml(split({ total, requirements }, { step }), { title: "p", step });
    return /<dt>Units<\/dt>.*?<div class="more">(.*?)<\/div>/s.exec(page)![1]
      .replaceAll("&#39;", "'");
  };
  // 18 is more than 7 and 7, but in steps of 6 these are 12 and 12.
  assertEquals(
    await tileOf(18, [7, 20], 6),
    "less than all lower bounds together, in steps of 6",
  );
  assertEquals(
    await tileOf(18, [7, 20]),
    "less than all lower bounds together, in everybody's own steps",
  );
  // No multiple of 6 lies from 7 to 11.
  assertEquals(await tileOf(36, [7, 11], 6), "1 interval can't be kept");
  assertEquals(await tileOf(36, [7, 12], 6), "all intervals can be met");
});
