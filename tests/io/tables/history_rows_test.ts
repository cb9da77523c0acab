/** History's fast path gives what the general reader gives, and the same faults, on tables plain and odd. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { IdTable } from "../../../lib/base/ids/id_table.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { dayOf } from "../../../lib/base/text/day.ts";
import { parseCooldown } from "../../../lib/allocator/drop/before/cooldown.ts";
import { History, type HistoryRules } from "../../../lib/allocator/drop/before/history.ts";
import { HAD_CONTRACT } from "../../../lib/allocator/drop/before/held_back.ts";
import type { PairsByUser, Parties } from "../../../lib/allocator/drop/before/parties.ts";
import { limitsOf } from "../../../lib/io/bytes/read_limits.ts";
import { readHistory } from "../../../lib/io/tables/history_table.ts";
import { TempFolder } from "../../support/cli.ts";

const USERS = ["ann", "bob", "cleo", "dan", "zoë"], CONTRACTS = ["c-1", "mate", "tea"];
const parties: Parties = {
  users: IdTable.from(USERS),
  group: new Uint32Array(USERS.length),
  groups: ["n"],
  known: IdTable.from(CONTRACTS),
  contractIndex: Uint32Array.of(0, 1, 2),
  contracts: CONTRACTS,
  brand: Uint32Array.of(0, 1, 1),
  brands: ["", "leaf"],
  knownBrand: Int32Array.of(-1, 1, 1),
};
/** Everybody could have everything. */
const pairs: PairsByUser = {
  start: Uint32Array.from({ length: USERS.length + 1 }, (_, u) => 3 * u),
  contract: Uint32Array.from({ length: 3 * USERS.length }, (_, p) => p % 3),
  score: new Float64Array(3 * USERS.length),
};

/** What a history says, or the fault that it has. */
async function outcome(file: string, rules: HistoryRules, line: number): Promise<unknown> {
  const history = new History(parties, pairs, rules, 1);
  const wanted = { outcomes: rules.declineFactor !== 1, scores: rules.rotate > 0 };
  try {
    await readHistory([file], parties, history, wanted, { limits: limitsOf({ line }) });
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  const all = Array.from({ length: 3 * USERS.length }, (_, p) => {
    const reason = history.coolingReason(p);
    return [reason, reason < 0 ? null : history.lastTime(p, reason), history.declinesOf(p)];
  });
  const factors = history.received?.factors(0.5, () => true) ?? [];
  return { counts: history.counts, drops: history.drops, all, factors: [...factors] };
}

const cell = {
  user_id: fc.constantFrom(...USERS, "stranger", " ann ", '"bob"', "b\u00e9", ""),
  contract_address: fc.constantFrom(...CONTRACTS, "old", " tea", '"c-1"'),
  offered_at: fc.constantFrom(
    ...["2025-08-14", "2025-08-21", "2025-08-22", "2024-02-29", "2023-12-31", "1969-12-31"],
    ...["2025-08-14T09:30:00Z", "2025-08-13 23:59", "2025-07-03T10:00:00+02:00", "20250810"],
    ...["1970-01-01", "2000-03-01", " 2025-08-20", '"2025-08-19"', "2025-08-14T09:30:00.250z"],
  ),
  outcome: fc.constantFrom(
    "offered",
    "selected",
    "redeemed",
    "declined",
    "",
    "Declined",
    " declined",
  ),
  score: fc.constantFrom("0.5", "1", "-0.25", "", "1e-3", "0.12345678901234567", "3."),
  brand_id: fc.constantFrom("leaf", "", "oven", " leaf", '"leaf"'),
  note: fc.constantFrom(
    "",
    "x",
    '"a, b"',
    "a longer text, longer than a word of sixty-four bytes, such as notes are".replaceAll(",", ""),
    "#!",
  ),
};
const faults = [
  "2023-02-29",
  "2025-04-31",
  "soon",
  "2025-08-14T9:30",
  "2025-08-14T25:00:00Z",
  "2025-08-14 10:60",
  "2025-08-14T10:00+25:00",
  "2025-08-14T10:00:00.",
  "2025-08-14T09:30+-:",
  "lost",
  "1..5",
  '"',
  "a,b",
];
const columns = Object.keys(cell) as (keyof typeof cell)[];

/** Mostly plain rows: the odd ones lie among many that are not. */
const table = fc.record({
  order: fc.shuffledSubarray(columns, { minLength: columns.length }),
  rows: fc.array(
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.record(cell), fc.boolean(), fc.boolean()),
    { maxLength: 60 },
  ),
  fault: fc.option(fc.tuple(fc.constantFrom(...columns), fc.constantFrom(...faults)), {
    freq: 3,
  }),
  end: fc.constantFrom("\n", "\r\n"),
});
const rulesOf = (spec: string | null, declineFactor: number, rotate: number): HistoryRules => ({
  asOf: dayOf("2025-08-21"),
  cooldown: spec === null ? {} : parseCooldown([spec]),
  declineFactor,
  rotate,
});
const rules = [
  rulesOf("contract=8d,brand=3w", 1, 0),
  rulesOf("contract=8d", 0.5, 0),
  rulesOf("contract=2drops", 1, 0),
  rulesOf("brand=9d", 0.5, 1),
  rulesOf(null, 0.5, 0),
];

Deno.test("plain rows and all others give what the general reader alone gives, faults too", async () => {
  await using folder = new TempFolder();
  const file = `${folder.path}/history.csv`;
  let good = 0, bad = 0;
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom(...rules), async (made, rules) => {
      const usual = { ...PLAIN };
      const lines = made.rows.flatMap(([copies, odd, isOdd, isBlank]) => [
        ...Array.from({ length: copies }, () => usual),
        ...(isOdd ? [odd] : []),
        ...(isBlank ? [null] : []),
      ]).map((row) => row === null ? "" : made.order.map((name) => row[name]).join(","));
      if (made.fault !== null) {
        const [column, text] = made.fault;
        lines.push(made.order.map((name) => name === column ? text : PLAIN[name]).join(","));
      }
      lines.push(made.order.map((name) => PLAIN[name]).join(","));
      Deno.writeTextFileSync(file, [made.order.join(","), ...lines].join(made.end));
      // A line's limit below a block's bytes turns the fast path off.
      const fast = await outcome(file, rules, 1 << 24),
        general = await outcome(file, rules, 1 << 16);
      assertEquals(fast, general);
      if (typeof fast === "string") bad++;
      else good++;
    }),
    { numRuns: 300 },
  );
  assert(good > 50 && bad > 20, `${good} good, ${bad} bad`);
});

const PLAIN = {
  user_id: "dan",
  contract_address: "tea",
  offered_at: "2025-08-07",
  outcome: "declined",
  score: "0.75",
  brand_id: "leaf",
  note: "-",
};

Deno.test("every day from 1970 to 2110 is read as the calendar has it", async () => {
  await using folder = new TempFolder();
  const file = `${folder.path}/history.csv`, first = dayOf("1970-01-01");
  const days = Array.from(
    { length: 51_500 },
    (_, i) => new Date((first + 51_499 - i) * 86_400_000),
  );
  const text = days.map((day) => `ann,tea,${day.toISOString().slice(0, 10)}`).join("\n");
  Deno.writeTextFileSync(file, `user_id,contract_address,offered_at\n${text}\n`);
  const counts = async (line: number) => {
    const history = new History(parties, pairs, rules[0], 1);
    const wanted = { outcomes: false, scores: false };
    await readHistory([file], parties, history, wanted, { limits: limitsOf({ line }) });
    assertEquals(history.lastTime(2, HAD_CONTRACT), dayOf("2025-08-21"));
    return { ...history.counts, drops: history.drops };
  };
  assertEquals(await counts(1 << 24), await counts(1 << 16));
  assertEquals((await counts(1 << 24)).drops, dayOf("2025-08-21") + 1);
});
