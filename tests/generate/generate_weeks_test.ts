/** Synthetic histories: what users were offered and how they answered, with a truth that is known. */
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { generateDrop } from "../../lib/generate/generate.ts";
import { generateAnswers } from "../../lib/generate/generate_answers.ts";
import { withFolder } from "../support/temp_folder.ts";

const SHAPE = { users: 400, contracts: 20, pairs: 8, groups: 6 };

/** Rows of a CSV file without its header. */
function rowsOf(file: string): string[][] {
  return Deno.readTextFileSync(file).trim().split("\n").slice(1).map((line) => line.split(","));
}

Deno.test("weeks: the drop is the same with a history and without, and the same options give the same bytes", async () => {
  await withFolder(async (dir) => {
    const alone = await generateDrop({ ...SHAPE, dir: `${dir}/a` });
    const made = await generateDrop({ ...SHAPE, dir: `${dir}/b`, weeks: 2 });
    const again = await generateDrop({ ...SHAPE, dir: `${dir}/c`, weeks: 2 });
    assertEquals(alone.history, null);
    const bytes = (file: string) => Deno.readTextFileSync(file);
    for (const name of ["caps", "elig", "userGroups", "groupRatios"] as const) {
      assertEquals(bytes(made.files[name]), bytes(alone.files[name]));
    }
    const files = ({ history }: typeof made) => [
      ...history!.weeks.flatMap((week) => Object.values(week)),
      ...[history!.truth, history!.weekTruth, history!.budgets],
    ];
    assertEquals(files(made).map(bytes), files(again).map(bytes));
    const [first, second] = made.history!.weeks;
    assert(bytes(first.assignments) !== bytes(second.assignments));
  });
});

Deno.test("weeks: nobody held out is offered anything, answers are to offers but for a few, each in its week", async () => {
  await withFolder(async (dir) => {
    const { history } = await generateDrop({ ...SHAPE, dir, weeks: 2 });
    for (const [i, week] of history!.weeks.entries()) {
      const offers = rowsOf(week.assignments), heldOut = new Set(rowsOf(week.heldOut).flat());
      assert(heldOut.size > 5 && heldOut.size < 50);
      assertEquals(offers.filter(([user]) => heldOut.has(user)), []);
      const offered = new Set(offers.map(([user, contract]) => `${user},${contract}`));
      const selected = rowsOf(week.selections), redeemed = rowsOf(week.redemptions);
      const pair = ([user, contract]: string[]) => `${user},${contract}`;
      const unasked = selected.filter((row) => !offered.has(pair(row))).length;
      assert(unasked > 0 && unasked < 0.3 * selected.length, `${unasked}`);
      const chosen = new Set(selected.map(pair));
      assertEquals(redeemed.filter((row) => !chosen.has(pair(row))), []);
      const from = Date.UTC(2025, 5, 5 + 7 * i), to = from + 7 * 86_400_000 + 3_600_000;
      for (const [, , at] of [...selected, ...redeemed]) {
        assert(Date.parse(at) >= from && Date.parse(at) < to, at);
      }
    }
  });
});

Deno.test("weeks: the truth sums up to what was seen, within chance", async () => {
  await withFolder(async (dir) => {
    const { history } = await generateDrop({ ...SHAPE, dir, users: 3000, weeks: 2, seed: 5 });
    const sum = (rows: string[][], of: (row: string[]) => number) =>
      rows.reduce((all, row) => all + of(row), 0);
    const truth = rowsOf(history!.truth), budgets = rowsOf(history!.budgets);
    const offers = history!.weeks.flatMap(({ assignments }) => rowsOf(assignments));
    assertEquals(sum(truth, (row) => Number(row[2])), offers.length);
    assertEquals(sum(budgets, (row) => Number(row[8])), offers.length);
    const expected = sum(truth, (row) => Number(row[2]) * Number(row[4]));
    const seen = sum(budgets, (row) => Number(row[7]));
    assert(Math.abs(seen - expected) < 4 * Math.sqrt(expected), `${seen} of ${expected}`);
  });
});

Deno.test("answers: to assignments of the drop, the same in any order of rows; others are refused", async () => {
  await withFolder(async (dir) => {
    const { history } = await generateDrop({ ...SHAPE, dir, weeks: 1 });
    const [week] = history!.weeks;
    const [header, ...rows] = Deno.readTextFileSync(week.assignments).trim().split("\n");
    Deno.writeTextFileSync(`${dir}/turned.csv`, [header, ...rows.toReversed(), ""].join("\n"));
    const answer = (answersTo: string, to: string) =>
      generateAnswers({ ...SHAPE, dir: `${dir}/${to}`, answersTo });
    const { files, offers } = await answer(week.assignments, "a");
    await answer(`${dir}/turned.csv`, "b");
    assertEquals(offers, rows.length);
    for (const file of Object.values(files)) {
      const other = file.replace(`${dir}/a/`, `${dir}/b/`);
      assertEquals(Deno.readTextFileSync(other), Deno.readTextFileSync(file));
    }
    await assertRejects(() => answer(week.assignments, "a"), InputError, "exists already");
    Deno.writeTextFileSync(`${dir}/other.csv`, "user_id,contract_address\n1,0x1\n");
    await assertRejects(
      () => answer(`${dir}/other.csv`, "c"),
      InputError,
      'user_id is "1", expected one of the drop that the other options make',
    );
  });
  await assertRejects(
    () => generateDrop({ ...SHAPE, dir: "nowhere", weeks: 1.5 }),
    UsageError,
    "--weeks is 1.5",
  );
});
