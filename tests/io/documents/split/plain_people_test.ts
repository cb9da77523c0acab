/** The quick reader of plain tables of people beside the reader of problem files: the same people, or a step aside. */
import { fc } from "../../../../lib/deps/fast_check.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { readPlainPeople } from "../../../../lib/io/documents/split/plain_people.ts";
import {
  headerOf,
  PEOPLE_COLUMNS,
  unknownColumns,
} from "../../../../lib/io/documents/split/split_people_file.ts";
import { parseSplitProblem } from "../../../../lib/io/documents/split/split_problem_file.ts";
import { columnsOf } from "../../../../lib/woptim/problem/check_problem.ts";

async function plain(text: string) {
  const header = headerOf(text.replace(/^\ufeff/, ""));
  if (header === null) return null;
  const found = await readPlainPeople(new TextEncoder().encode(text), header, PEOPLE_COLUMNS);
  return found && {
    names: found.names.toArray(),
    lower: [...found.lower],
    upper: [...found.upper],
    target: [...found.target],
  };
}

/** What the reader of problem files makes of it; null where it refuses. */
async function general(text: string) {
  try {
    const { problem } = await parseSplitProblem(text, "people.csv", { total: 1 });
    const { names, lower, upper, target } = columnsOf(problem);
    return { names, lower: [...lower], upper: [...upper], target: [...target] };
  } catch {
    return null;
  }
}

const name = fc.oneof(
  fc.constantFrom("ann", " ben ", '"a, b"', '"say ""hi"""', "Zoë", "\u00a0nbsp", "", "x y"),
  fc.nat(20).map((n) => `p${n}`),
);
const number = fc.oneof(
  fc.integer({ min: -9, max: 99 }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
  fc.constantFrom(" 3 ", "1e3", "0.1", "12345678901234567890", "1e100", "-1e100"),
);
const lower = fc.oneof(
  { weight: 5, arbitrary: number },
  fc.constantFrom("", "-inf", "−∞", "inf", "x"),
);
const upper = fc.oneof(
  { weight: 5, arbitrary: number.map((n) => String(Number(n) + 1e6)) },
  fc.constantFrom("", "inf", " ∞ ", "-inf", "1e101", "nan"),
);
const target = fc.oneof(
  { weight: 5, arbitrary: number },
  fc.constantFrom("lower", " upper", "center", "middle", "1e200"),
);
const table = fc.record({
  columns: fc.shuffledSubarray(["name", "target", "lower", "upper", "note", " weightless "], {
    minLength: 2,
  }),
  rows: fc.array(fc.record({ name, lower, upper, target, note: fc.constantFrom("", "n") }), {
    maxLength: 6,
  }),
  end: fc.constantFrom("\n", "\r\n"),
  head: fc.constantFrom("", "\ufeff"),
  tail: fc.constantFrom("", "\n", ",,,\n", "\n\n"),
}).map(({ columns, rows, end, head, tail }) =>
  head + columns.join(",") + end +
  rows.map((row) =>
    columns.map((c) => (row as Record<string, string>)[c.trim()] ?? "").join(",") + end
  ).join("") + tail
);

Deno.test("plain people: what is read is what the reader of problem files reads", async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(table, async (text) => {
      const found = await plain(text);
      if (found === null) return;
      read++;
      assertEquals(found, await general(text));
    }),
    { numRuns: 2500, seed: 15 },
  );
  assertEquals(read > 100, true, `only ${read} tables were plain`);
});

Deno.test("plain people: tables as people write them are plain", async () => {
  assertEquals(
    await plain(
      '\ufeffnote,"name",target,upper\r\nx,"Ann, A.",center,\r\n\r\n,,,\r\ny,Zoë,2,∞\r\n',
    ),
    null,
    "center of an open interval is for the other reader to refuse",
  );
  const text = '\ufeffnote,"name",target,upper\r\nx,"Ann, A.",upper,4\r\n,,,\r\ny, Zoë ,2,∞\r\n';
  assertEquals(await plain(text), {
    names: ["Ann, A.", "Zoë"],
    lower: [-Infinity, -Infinity],
    upper: [4, Infinity],
    target: [4, 2],
  });
  assertEquals(unknownColumns(headerOf(text.slice(1))!, "people.csv"), ["note"]);
});

Deno.test("plain people: a column that means something else is for the other reader", async () => {
  const bytes = new TextEncoder().encode("name,target,weight\nann,1,2\n");
  assertEquals(await readPlainPeople(bytes, ["name", "target", "weight"], ["weight"]), null);
  assertEquals((await readPlainPeople(bytes, ["name", "target", "weight"], []))?.names.length, 1);
});
