/** Dates and times: those of the calendar and the clock, read by the quick way as by the general one. */
import { dayOf, dayOfBytes, dayText, NO_DAY } from "../../../lib/base/text/day.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

const quick = (text: string) => {
  const bytes = new TextEncoder().encode(`<${text}>`);
  return dayOfBytes(new DataView(bytes.buffer), 1, bytes.length - 1);
};

Deno.test("dates: what is no day of the calendar or no time of a clock is none", () => {
  const times = ["", "T00:00", " 23:59:59", "T23:59:60Z", "t1030", " 10:30:00,5 +02", "T10:30 utc"]
    .concat("T10:30:00.123456789-00:00", "T10:30+14:00", "T103000-1200", " 10:30:00+00");
  for (const time of times) {
    assertEquals(dayText(dayOf(`2024-02-29${time}`)), "2024-02-29", time);
    assertEquals(dayText(dayOf(`20240229${time}`)), "2024-02-29", time);
  }
  const notTimes = ["T", "T10", "T24:00", " 25:00", "T10:60", "T10:30:61", "T10:30:", "T10:30:00."]
    .concat("T10:30:00+24:00", "T10:30+02:60", "T10:30+-:", "T10:30ZZ", "T10:30.5", "x10:30")
    .concat("T1:030", "T10:30 CET", "T10:30+2");
  for (const time of notTimes) {
    const text = `2025-08-14${time}`;
    assertEquals([dayOf(text), quick(text)], [NO_DAY, NO_DAY], text);
  }
  for (
    const text of ["2025-02-29", "1900-02-29", "2025-04-31", "2025-13-01", "2025-00-10"]
      .concat("2025-01-00", "2025-0814", "202508-14", "2025-8-14", "25-08-14", "+12025-08-14", "")
  ) assertEquals([dayOf(text), quick(text)], [NO_DAY, NO_DAY], text);
});

Deno.test("dates: the quick way knows only what the general one says too", () => {
  const part = fc.constantFrom(..."0123456789:.,+-TZ ", "09", "10:30", "2024-02-29", "20", ":00");
  const begin = fc.constantFrom("", "2024-02-29", "2024-02-29T10:30", "2024-02-29 10:30:00");
  let known = 0;
  fc.assert(
    fc.property(begin, fc.array(part, { maxLength: 4 }), (at, rest) => {
      const text = at + rest.join(""), day = quick(text);
      if (day === NO_DAY) return;
      known++;
      assertEquals(day, dayOf(text), text);
    }),
    { numRuns: 20_000, seed: 5 },
  );
  assertEquals(known > 1000, true, `${known}`);
});
