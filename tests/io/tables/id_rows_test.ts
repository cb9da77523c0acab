/** Tables of ids: what is wrong is said to be in its file, whatever the source is made of. */
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { generateAnswers } from "../../../lib/generate/generate_answers.ts";
import { readOffersToCompare } from "../../../lib/io/offers_reader.ts";
import { readReviewData } from "../../../lib/io/review_reader.ts";
import { readIdRows } from "../../../lib/io/tables/id_rows.ts";
import { withFolder } from "../../support/temp_folder.ts";

const HEADER = "user_id,contract_address,is_sponsored,group_id,sponsorship_ratio,at\n";
const ANN = "ann,tea,true,north,0.5,2025-08-14\n", BOB = "bob,tea,true,north,0.5,2025-08-14\n";

/** A folder of three files: one row, no row, and then the rows of `text`. */
async function inFolder(
  text: string,
  then: (source: string, last: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const source = `${folder}/offers`;
    await Deno.mkdir(source);
    for (const [name, rows] of [["1.csv", ANN], ["2.csv", ""], ["3.csv", text]]) {
      await Deno.writeTextFile(`${source}/${name}`, HEADER + rows);
    }
    await then(source, `${source}/3.csv`);
  });
}

Deno.test("a row of a folder is placed in its file", () =>
  inFolder(BOB + ANN, async (source, last) => {
    const { rows, placeOf } = await readIdRows(source, ["user_id"]);
    assertEquals(Array.from({ length: rows }, (_, row) => placeOf(row)), [
      { file: `${source}/1.csv`, line: 2 },
      { file: last, line: 2 },
      { file: last, line: 3 },
    ]);
  }));

Deno.test("review, diff, generate: a wrong row of a folder is told by its file and line", async () => {
  const rest = { assignments: "", selections: "" };
  const wrong: [row: string, said: string][] = [
    [BOB.replace("true", "maybe"), 'is_sponsored is "maybe"'],
    [BOB.replace("true", "false"), 'is_sponsored is "false", expected "true" as in an earlier row'],
    [BOB.replace("0.5", "5"), 'sponsorship_ratio is "5"'],
  ];
  for (const [row, said] of wrong) {
    await inFolder(BOB + row, async (source, last) => {
      const read = () => readReviewData({ ...rest, assignments: source, selections: source });
      await assertRejects(read, InputError, `${last}:3: ${said}`);
    });
  }
  await inFolder(BOB + BOB.replace("2025", "25"), async (source, last) => {
    const sources = { ...rest, assignments: `${source}/1.csv`, selections: source };
    const read = () => readReviewData(sources, { since: "2025-01-01" });
    await assertRejects(read, InputError, `${last}:3: at is "25-08-14"`);
  });
  await inFolder(BOB + "bob,bun,maybe,north,0.5,\n", async (source, last) => {
    const read = () => readOffersToCompare({ before: `${source}/1.csv`, after: source });
    await assertRejects(read, InputError, `${last}:3: is_sponsored is "maybe"`);
  });
  await inFolder(BOB, async (source) => {
    const answer = () => generateAnswers({ dir: `${source}/o`, users: 9, answersTo: source });
    await assertRejects(answer, InputError, `${source}/1.csv:2: user_id is "ann"`);
  });
});
