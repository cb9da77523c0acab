import { assert, assertEquals, assertStrictEquals } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { parseNumber, parseNumberText } from "../../../lib/io/bytes/parse_number.ts";
import { TextBuffer } from "../../../lib/io/bytes/text_buffer.ts";

const encoder = new TextEncoder();

function parsed(text: string): number {
  // Neighbours on both sides, which must not be read.
  const bytes = encoder.encode(`9${text}9`);
  return parseNumber(bytes, 1, bytes.length - 1);
}

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${max}}$`));

Deno.test("every decimal text gives the same double as Number", () => {
  const text = fc.tuple(
    fc.constantFrom("", "-", "+"),
    digits(19),
    fc.constantFrom("", "."),
    digits(19),
    fc.oneof(fc.constant(""), fc.integer({ min: -330, max: 330 }).map((e) => `e${e}`)),
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (t) => {
      const isNumber = /\d/.test(t.split("e")[0]);
      assertStrictEquals(parsed(t), isNumber ? Number(t) : NaN, t);
      assertStrictEquals(parseNumberText(t), isNumber ? Number(t) : NaN, t);
    }),
    { numRuns: 20_000, seed: 7 },
  );
});

Deno.test("shortest texts of doubles read back exactly", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assertStrictEquals(parsed(String(value)), Number(String(value)));
      const seventeen = value.toExponential(16);
      assertStrictEquals(parsed(seventeen), Number(seventeen));
    }),
    { numRuns: 20_000, seed: 8 },
  );
});

Deno.test("what is no decimal number is NaN", () => {
  for (
    const text of [
      "",
      " ",
      "-",
      "+",
      ".",
      "e5",
      "1e",
      "1e+",
      "0x10",
      "1_000",
      "1,000",
      "NaN",
      "inf",
      "Infinity",
      "1 2",
      "½",
      "1f",
    ]
  ) {
    assert(Number.isNaN(parsed(text)), text);
  }
  assertEquals(parsed(" 1.5\t"), 1.5);
  assertEquals(parsed("1e999"), Infinity);
});

Deno.test("numbers are written as String writes them", async () => {
  const written: Uint8Array[] = [];
  const out = new TextBuffer({
    write: (bytes) => Promise.resolve(void written.push(bytes.slice())),
  });
  const values = [
    0,
    -0,
    1,
    10,
    0.5,
    0.000001,
    0.1234567,
    1e-7,
    123456789.123456,
    1e21,
    -2.5,
    5e-324,
    2 ** 53,
    999999999.999999,
  ];
  const samples = fc.sample(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 0, max: 10 ** 9 }).map((n) => n / 1e6),
      fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
    ),
    { numRuns: 5000, seed: 9 },
  );
  for (const value of [...values, ...samples]) {
    out.number(value);
    out.byte(10);
  }
  await out.flush();
  const texts = written.map((bytes) => new TextDecoder().decode(bytes)).join("").trimEnd().split(
    "\n",
  );
  const expected = [...values, ...samples].map((value) =>
    Object.is(value, -0) ? "-0" : String(value)
  );
  assertEquals(texts, expected);
});

Deno.test("texts in the middle between two doubles, and a digit beside it", () => {
  const random = seededRandom(12);
  for (let i = 0; i < 20_000; i++) {
    // (2m + 1) / 2^e lies between the doubles m / 2^(e − 1) and (m + 1) / 2^(e − 1); cut to 19 digits it lies just below.
    const m = BigInt(2 ** 52) + BigInt(Math.floor(random.next() * 2 ** 52));
    const e = random.below(23);
    const digits = ((2n * m + 1n) * 5n ** BigInt(e)).toString();
    const kept = digits.slice(0, 19), places = Math.max(0, e - (digits.length - kept.length));
    const text = kept.padStart(places + 1, "0");
    const point = text.length - places;
    const decimal = places === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
    for (const last of ["", "1", "9"]) {
      const near = last === "" ? decimal : decimal.slice(0, -1) + last;
      assertStrictEquals(parsed(near), Number(near), near);
    }
  }
});
