import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readCaps } from "../../../lib/io/tables/caps_table.ts";
import { PLANNED_RATE } from "../../../lib/io/tables/planned_rate.ts";
import { readThisWeeksCaps } from "../../../lib/io/tables/this_weeks_caps.ts";
import { TempFolder } from "../../support/cli.ts";

Deno.test("a rate that caps were planned with is a number from 0 to 1 or blank, wherever caps are read", async () => {
  await using folder = new TempFolder();
  const path = `${folder.path}/caps.csv`;
  const write = (rate: string) =>
    folder.write(
      "caps.csv",
      `contract_address,cap_face,is_sponsored,cautious_rate\na,1,true,0.5\nb,2,true,${rate}\n`,
    );
  for (const rate of ["", "0", "1", "2.5e-1"]) {
    write(rate);
    const { caps } = await readThisWeeksCaps(path);
    const planned = rate === "" ? null : Number(rate);
    assertEquals(caps.map(({ plannedRate }) => plannedRate), [0.5, planned]);
    assertEquals(
      (await readCaps(path, [PLANNED_RATE])).further.get(PLANNED_RATE)!.values.length,
      2,
    );
  }
  for (const rate of ["80%", "abc", "1.5", "-0.1", "1_0", "nan", '"0,8"']) {
    write(rate);
    const said = `caps.csv:3: cautious_rate is "${
      rate.replaceAll('"', "")
    }", expected a number from 0 to 1, or nothing`;
    await assertRejects(() => readThisWeeksCaps(path), InputError, said);
    await assertRejects(() => readCaps(path, [PLANNED_RATE]), InputError, said);
  }
});
