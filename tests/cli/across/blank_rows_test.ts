/** Rows of separators only, as spreadsheets leave them, are said by every command that leaves them out. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../support/cli.ts";

const TABLES: Readonly<Record<string, string>> = {
  "before.csv": "user_id,contract_address,score\nann,tea,1\n",
  "after.csv": "user_id,contract_address,score\nann,bun,1\n",
  "selections.csv": "user_id,contract_address\nann,bun\n",
  "redemptions.csv": "user_id,contract_address\nann,bun\n",
  "held_out.csv": "user_id,why\nbob,drawn\n",
  "caps.csv": "contract_address,cap_face,is_sponsored\ntea,3,true\nbun,2,false\n",
  "user_groups.csv": "user_id,group_id\nann,north\nbob,north\n",
  "group_ratios.csv": "group_id,sponsorship_ratio\nnorth,0.5\n",
  "budgets.csv":
    "contract_address,is_sponsored,budget,spent,live_claims,face_value,redeemed,assigned\n" +
    "tea,true,100,10,2,5,3,10\n",
  "people.csv": "name,lower,upper,target\nann,0,3,1\n",
  "members.csv": "name,lower,upper,target,group\nann,0,3,1,north\n",
  "groups.csv": "name,lower,upper\nnorth,0,3\n",
  "wishes.csv": "name,good,lower,upper,target\nann,bread,0,3,1\n",
  "goods.csv": "name,total\nbread,2\n",
};

const REVIEW = "review --assign after.csv --selections selections.csv --facts review.json " +
  "--redemptions redemptions.csv --holdout held_out.csv --caps caps.csv " +
  "--user-groups user_groups.csv --group-ratios group_ratios.csv";

Deno.test("rows of separators only are said, whatever the command and the table", async () => {
  await using folder = new TempFolder();
  for (const [name, text] of Object.entries(TABLES)) {
    const separators = ",".repeat(text.split("\n")[0].split(",").length - 1);
    folder.write(name, `${text}${separators}\n\n`);
  }
  const lines = [
    REVIEW,
    "diff before.csv after.csv --caps caps.csv --user-groups user_groups.csv",
    "caps --budgets budgets.csv --out out.csv",
    "caps --from-review review.json --caps caps.csv --out out.csv",
    "check --caps caps.csv --elig elig.csv --user-groups user_groups.csv --group-ratios group_ratios.csv --assign after.csv",
    "split -i people.csv --total 2",
    "split -i members.csv --total 2 --groups groups.csv",
    "split -i wishes.csv --goods goods.csv",
  ];
  folder.write("elig.csv", "user_id,contract_address,score\nann,bun,1\n");
  for (const line of lines) {
    const { stdout, stderr } = await divvy(line.split(" "), { cwd: folder.path });
    // The tables of a drop are among the notes on the input.
    const said = [...stderr.matchAll(/^(\S+): 1 row of separators only left out$/gm)]
      .map(([, name]) => name);
    const read = line.startsWith("check")
      ? ["after.csv"]
      : line.split(" ").filter((word) => word in TABLES);
    assertEquals(said.toSorted(), read.toSorted(), `${line}\n${stderr}${stdout}`);
  }
});

Deno.test("rows of separators only are said with an engine, too", async () => {
  await using folder = new TempFolder();
  const tables = {
    ...TABLES,
    "elig.csv": "user_id,contract_address,score\nann,tea,1\nann,bun,1\nbob,bun,1\n",
  };
  for (
    const name of ["caps.csv", "elig.csv", "user_groups.csv", "group_ratios.csv", "before.csv"]
  ) {
    const text = tables[name as keyof typeof tables];
    folder.write(name, `${text}${",".repeat(text.split("\n")[0].split(",").length - 1)}\n`);
  }
  const args = "allocate --dir . --engine duckdb --out out.csv --previous before.csv " +
    "--history before.csv --pins before.csv";
  const { code, stderr } = await divvy(args.split(" "), {
    cwd: folder.path,
    permissions: ["--allow-all"],
  });
  assertEquals(code, 0, stderr);
  const said = [...stderr.matchAll(/(\S+): 1 row of separators only left out$/gm)];
  const read = ["caps.csv", "elig", "group_ratios.csv", "history", "pins", "previous"];
  assertEquals(said.map(([, name]) => name).toSorted(), read);
});
