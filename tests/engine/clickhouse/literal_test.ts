import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { sqlNumber } from "../../../lib/engine/clickhouse/literal.ts";

Deno.test("numbers of any size are literals of Float64, with the same value", () => {
  for (
    const value of [0, -1, 0.1, 7e14, 1e15, 4e15, -123456789012345680000, 1e21, 1e250, 5e-324]
  ) {
    const text = sqlNumber(value);
    assert(/[.e]/.test(text), text);
    assertEquals(Number(text), value);
  }
});
