import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../../support/cli.ts";

const PEOPLE = "name,lower,upper,target\nann,0,3,1\nbob,0,4,2\n";
const MORE = "name,lower,upper,target,step,previous\nann,0,3,1,1,1\nbob,0,4,2,1,1\n";

const LEFTOVER = "--leftover changes nothing: there is no --step, nor a step of anybody's own\n";
const COIN = "--coin changes nothing: there is no price\n";
const CHANGE = "--change-weight changes nothing: nobody has a previous amount\n";

Deno.test("options that change nothing are said, and those that change something are not", async () => {
  await using folder = new TempFolder();
  folder.write("people.csv", PEOPLE);
  folder.write("more.csv", MORE);
  folder.write("wishes.csv", "name,good,lower,upper,target\nann,bread,0,3,1\n");
  folder.write("goods.csv", "name,total\nbread,2\n");
  folder.write("priced.csv", "name,total,price\nbread,2,4\n");
  folder.write(
    "priced.json",
    JSON.stringify({
      total: 3,
      price: 6,
      requirements: [{
        name: "ann",
        interval: [0, 9],
        target: 1,
      }],
    }),
  );
  const cases: [line: string, said: string][] = [
    ["people.csv --total 3.5 --leftover", LEFTOVER],
    ["people.csv --total 3.5 --leftover --step 1", ""],
    ["more.csv --total 3.5 --leftover", ""],
    ["people.csv --totals 1..3:1 --leftover", LEFTOVER],
    ["people.csv --total 3 --explain ann --leftover", LEFTOVER],
    ["people.csv --total 3 --coin 0.05", COIN],
    ["people.csv --total 3 --price 6 --coin 0.05", ""],
    ["priced.json --coin 0.05", ""],
    ["people.csv --total 3 --coin 0.05 --method max-min", COIN],
    ["wishes.csv --goods goods.csv --coin 0.05", COIN],
    ["wishes.csv --goods priced.csv --coin 0.05", ""],
    ["people.csv --total 3 --currency-digits 1", COIN.replace("coin", "currency-digits")],
    ["people.csv --total 3 --change-weight 1", CHANGE],
    ["more.csv --total 3 --change-weight 1", ""],
    ["people.csv --total 3 --change-weight 0", ""],
    [
      "people.csv --total 3 --absolute --t-min 1",
      "--t-min changes nothing: with --absolute all misses weigh the same\n",
    ],
    ["people.csv --total 3 --t-min 1", ""],
    // What repeats a default changes nothing anyway.
    ["people.csv --total 3 --absolute --t-min 0.5 --currency-digits 2", ""],
    ["people.csv --total 3.5 --leftover --coin 1 --change-weight 1", LEFTOVER + CHANGE + COIN],
    ["people.csv --total 3.5 --leftover --coin 1 -q --out split.csv", ""],
  ];
  for (const [line, said] of cases) {
    const { code, stderr } = await divvy(["split", "-i", ...line.split(" ")], {
      cwd: folder.path,
    });
    assertEquals([code, stderr], [0, said], line);
  }
});
