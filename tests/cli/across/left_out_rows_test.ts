/**
 * Rows that are left out are said by every command that leaves them out: those of separators only, as spreadsheets leave them, and
 * those about a contract, user or group that has had a row.
 */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
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

/** A row of separators only, of a table with this text. */
function blankRowOf(text: string): string {
  return ",".repeat(text.split("\n")[0].split(",").length - 1);
}

const REVIEW = "review --assign after.csv --selections selections.csv --facts review.json " +
  "--redemptions redemptions.csv --holdout held_out.csv --caps caps.csv " +
  "--user-groups user_groups.csv --group-ratios group_ratios.csv";

Deno.test("rows of separators only are said, whatever the command and the table", async () => {
  await using folder = new TempFolder();
  for (const [name, text] of Object.entries(TABLES)) {
    folder.write(name, `${text}${blankRowOf(text)}\n\n`);
  }
  const lines = [
    REVIEW,
    "diff before.csv after.csv --caps caps.csv --user-groups user_groups.csv",
    "caps --budgets budgets.csv --out out.csv",
    "caps --from-review review.json --caps caps.csv --out out.csv",
    "split -i people.csv --total 2",
    "split -i members.csv --total 2 --groups groups.csv",
    "split -i wishes.csv --goods goods.csv",
  ];
  for (const line of lines) {
    const { stdout, stderr } = await divvy(line.split(" "), { cwd: folder.path });
    const said = [...stderr.matchAll(/^(\S+): 1 row of separators only left out$/gm)]
      .map(([, name]) => name);
    const read = line.split(" ").filter((word) => word in TABLES);
    assertEquals(said.toSorted(), read.toSorted(), `${line}\n${stderr}${stdout}`);
  }
});

/** Tables in which ids are to have one row, and what their rows are about. */
const ONCE = { caps: "contract", user_groups: "user", group_ratios: "group" };

/** Rows of those ids that say something else. */
const OTHERS: Readonly<Record<string, string>> = {
  "caps.csv": "tea,9,true\ntea,3,true\n",
  "user_groups.csv": "ann,south\nann,north\n",
  "group_ratios.csv": "north,0.1\nnorth,0.5\n",
};

Deno.test("rows about what has had a row are said by commands that read tables by themselves", async () => {
  await using folder = new TempFolder();
  for (const [name, text] of Object.entries(TABLES)) {
    folder.write(name, `${text}${OTHERS[name] ?? ""}`);
  }
  const lines = [
    REVIEW,
    "diff before.csv after.csv --caps caps.csv --user-groups user_groups.csv",
    "caps --from-review review.json --caps caps.csv --out out.csv",
  ];
  for (const line of lines) {
    const { stdout, stderr } = await divvy(line.split(" "), { cwd: folder.path });
    for (const [table, noun] of Object.entries(ONCE)) {
      const isRead = line.includes(`${table}.csv`);
      const note = `${table}.csv: 2 rows of a ${noun} seen before left out, 1 with other values\n`;
      assertEquals(stderr.includes(note), isRead, `${line}\n${stderr}${stdout}`);
    }
  }
});

Deno.test("what is left out of a drop is said by every command that reads it, unless it is quiet", async () => {
  await using folder = new TempFolder();
  const tables = { ...TABLES, "elig.csv": TABLES["before.csv"] + "bob,bun,1\nzoe,bun,1\n" };
  for (const [name, text] of Object.entries(tables)) {
    const others = (OTHERS[name] ?? "") + (name === "elig.csv" ? "ann,tea,2\n" : "");
    folder.write(name, `${text}${others}${others && blankRowOf(text)}\n`);
  }
  folder.write("given.csv", "user_id,contract_address,score\nann,tea,1\nbob,bun,1\n");
  const notes = [
    "elig: 1 row of separators only left out",
    "elig: 1 row of 1 user without a group left out",
    "elig: 1 row of a pair seen before left out, 1 with other values",
    ...Object.entries(ONCE).flatMap(([table, noun]) => [
      `${table}: 1 row of separators only left out`,
      `${table}: 2 rows of a ${noun} seen before left out, 1 with other values`,
    ]),
  ];
  const lines = [
    "allocate --out out.csv --certificate certificate.json",
    "allocate --dry-run --out out.csv",
    "check --assign given.csv",
    "explain --user ann",
    "explain --user ann --assign given.csv --certificate certificate.json",
    "export --out program.lp",
    "export --format csv --out tables",
    "report",
    "report --assign given.csv",
    "report --compare given.csv out.csv",
    "validate",
    "whatif --k 1",
  ];
  for (const line of lines) {
    const [command, ...args] = line.split(" ");
    const { stdout, stderr } = await divvy([command, "--dir", ".", ...args], { cwd: folder.path });
    for (const note of notes) {
      assert(`${stderr}${stdout}`.includes(note), `${line}: ${note}\n${stderr}${stdout}`);
    }
    if (command === "report") continue;
    const quiet = await divvy([command, "--dir", ".", ...args, "-q"], { cwd: folder.path });
    assertEquals(quiet.stderr, "", line);
  }
});

Deno.test("rows that are left out are said with an engine, too", async () => {
  await using folder = new TempFolder();
  const tables = {
    ...TABLES,
    "elig.csv": "user_id,contract_address,score\nann,tea,1\nann,bun,1\nbob,bun,1\n",
  };
  for (
    const name of ["caps.csv", "elig.csv", "user_groups.csv", "group_ratios.csv", "before.csv"]
  ) {
    const text = tables[name as keyof typeof tables];
    folder.write(name, `${text}${OTHERS[name] ?? ""}${blankRowOf(text)}\n`);
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
  assertEquals(said.map(([, name]) => name).toSorted(), [...read, "user_groups"]);
  const conflicting = ", 1 with other values";
  for (
    const note of [
      `caps.csv: 2 rows of a contract seen before left out${conflicting}`,
      `group_ratios.csv: 2 rows of a group seen before left out${conflicting}`,
      "user_groups: 2 rows of a user seen before left out",
    ]
  ) assert(stderr.includes(note), `${note}\n${stderr}`);
});
