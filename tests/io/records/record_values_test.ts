/** Numbers stay numbers in the formats that have types, in every table that Divvy writes. */
import { capsFromReviews, Drop, review, split, whatIf } from "../../../mod.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { cellRatesCsv, reviewedCapsCsv } from "../../../lib/io/documents/reviewed_caps_csv.ts";
import { writeSplitCsv } from "../../../lib/io/documents/split/split_csv.ts";
import { writeCsvText } from "../../../lib/io/tables/results/table_writer.ts";
import { withFolder } from "../../support/temp_folder.ts";

/** The names of a table's columns that hold texts in its JSON. */
function textsIn(write: (path: string) => Promise<void>): Promise<string[]> {
  return withFolder(async (folder) => {
    const path = `${folder}/table.json`;
    await write(path);
    const rows: Record<string, unknown>[] = JSON.parse(await Deno.readTextFile(path));
    return Object.keys(rows[0]).filter((name) => rows.some((row) => typeof row[name] === "string"));
  });
}

Deno.test("numbers of scenarios are numbers in JSON", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "all" }, { id: "bob", group: "all" }],
    contracts: [{ id: "tea", cap: 1, sponsored: true }],
    groups: [{ id: "all", ratio: 0.5 }],
    pairs: [
      { user: "ann", contract: "tea", score: 0.5 },
      { user: "bob", contract: "tea", score: 0.25 },
    ],
    limits: [{ limit: "one", atMost: 1 }],
    previous: [{ user: "bob", contract: "tea" }],
  });
  const found = await whatIf(drop, [{ name: "as it is" }, { name: "more", capScale: { tea: 2 } }]);
  const texts = await textsIn((path) => writeCsvText(path, found.csv()));
  assertEquals(texts, ["name", "changes"]);
});

Deno.test("numbers of splits are numbers in JSON, those of further fields as well", async () => {
  const asked = { interval: [0, 4], target: 2, weight: 2, priority: 2, previous: 1 } as const;
  const found = split({ total: 3, price: 3, requirements: [{ name: "ann", ...asked }] });
  assertEquals(await textsIn((path) => writeSplitCsv(path, [found])), ["name"]);
});

Deno.test("rates and caps from reviews are numbers in JSON", async () => {
  const offers = Array.from({ length: 40 }, (_, i) => ({ user: `u${i}`, contract: "tea" }));
  const contracts = [{ id: "tea", sponsored: true, cap: 40 }];
  const taken = offers.slice(0, 4);
  const week = review({ offers, selections: taken, redemptions: taken, contracts });
  const { caps, rates } = capsFromReviews([week]);
  const capsTexts = await textsIn((path) => writeCsvText(path, reviewedCapsCsv(caps, null)));
  assertEquals(capsTexts, ["contract_address", "basis"]);
  const cellTexts = await textsIn((path) => writeCsvText(path, cellRatesCsv(rates.cells)));
  assertEquals(cellTexts, ["contract_address", "group_id"]);
});
