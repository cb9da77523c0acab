/** A column that is read must be there once: of two it is not known which was meant. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy, refusal, SMALL_DROP, TempFolder, writeDrop } from "../../support/cli.ts";

const ALLOCATE = ["allocate", "--dir", ".", "--out", "out.csv", "-q"];

const cases: [string, string, string[], string][] = [
  [
    "caps.csv",
    "contract_address,cap_face,is_sponsored,brand_id,brand_id\ns1,2,true,A,B\nt1,3,false,B,B\n",
    ALLOCATE,
    "caps.csv:1: the header has brand_id twice",
  ],
  [
    "group_ratios.csv",
    "group_id,sponsorship_ratio,k,k\ng1,.5,1,2\ng2,.5,,\n",
    ALLOCATE,
    "group_ratios.csv:1: the header has k twice",
  ],
  [
    "user_groups.csv",
    "user_id,group_id,k,k\nann,g1,1,2\n",
    ALLOCATE,
    "user_groups.csv:1: the header has k twice",
  ],
  [
    "h.csv",
    "user_id,contract_address,offered_at,outcome,outcome\nann,s1,2025-08-01,declined,offered\n",
    [...ALLOCATE, "--history", "h.csv", "--as-of", "2025-08-14", "--decline-factor", "0.5"],
    "h.csv:1: the header has outcome twice",
  ],
  [
    "b.csv",
    "user_id,group_id,group_id\nann,g1,g2\n",
    [...ALLOCATE, "--bans", "b.csv"],
    "b.csv:1: the header has group_id twice",
  ],
  [
    "a.csv",
    "user_id,contract_address,score,score\nann,s1,1,2\n",
    ["diff", "a.csv", "a.csv"],
    "a.csv:1: the header has score twice",
  ],
  [
    "p.csv",
    "name,target,lower,lower\nann,1,0,1\n",
    ["split", "-i", "p.csv", "--total", "3", "--out", "out.csv"],
    "p.csv:1: the header has lower twice",
  ],
];

for (const [file, text, command, message] of cases) {
  Deno.test(`columns twice: ${message}`, async () => {
    await using folder = new TempFolder();
    writeDrop(folder);
    folder.write(file, text);
    const before = folder.names();
    assertEquals(await refusal(command, { cwd: folder.path }), `divvy: ${message}\n`);
    assertEquals(folder.names(), before);
  });
}

Deno.test("columns twice: in a file and in the name of its folder, and those that nobody reads", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path };
  const caps = SMALL_DROP["caps.csv"].replace("is_sponsored", "is_sponsored,note,note")
    .replaceAll("true", "true,a,b").replaceAll("false", "false,a,b");
  writeDrop(folder, { "caps.csv": caps });
  assertEquals((await divvy(ALLOCATE, at)).code, 0);
  Deno.mkdirSync(`${folder.path}/e/contract_address=s1`, { recursive: true });
  folder.write("e/contract_address=s1/a.csv", "user_id,contract_address,score\nann,t1,0.9\n");
  assertEquals(
    await refusal([...ALLOCATE, "--elig", "e"], at),
    "divvy: e/contract_address=s1/a.csv:1: contract_address is in the header and in the name of a " +
      "folder, expected one of the two\n",
  );
});
