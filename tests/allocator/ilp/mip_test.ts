import { GrowingLp, MipBuilder, solveMip } from "../../../lib/allocator/ilp/mip.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

/** At most one of two columns, of which the first has this cost and counts this much. */
function program(cost: number, counts: number): MipBuilder {
  const mip = new MipBuilder();
  const row = mip.row(-Infinity, 1);
  for (const [own, count] of [[cost, counts], [1, 1]]) {
    mip.column(own, 1, true);
    mip.entry(row, count);
  }
  return mip;
}

Deno.test("numbers that HiGHS refuses: it found nothing, and nothing is thrown", async () => {
  assertEquals((await solveMip(program(2, 1))).status, "optimal");
  assertEquals(await solveMip(program(2, 1e300)), {
    status: "stopped",
    values: null,
    bound: Infinity,
    work: 0,
  });
  for (const refused of [program(1e300, 1), program(2, 1e300)]) {
    const lp = await GrowingLp.open(refused);
    lp.add(new MipBuilder());
    lp.fix(0, 1);
    assertEquals(lp.solve(), null);
    lp.close();
  }
  const lp = await GrowingLp.open(program(2, 1));
  assertEquals(lp.solve()!.objective, 2);
  const more = new MipBuilder();
  more.column(3, 1, false);
  more.entry(0, 1e300);
  lp.add(more);
  assertEquals(lp.solve(), null);
  lp.close();
});
