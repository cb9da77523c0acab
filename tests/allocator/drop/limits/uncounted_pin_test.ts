/** A pin that made its pair eligible, beside a limit that counts a number of pairs. Of files: io/drop_limits_test.ts. */
import { assertEquals, assertThrows } from "../../../../lib/deps/std_assert.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import { InputError } from "../../../../lib/base/errors.ts";

Deno.test("a pin without the number that a limit counts is named, by rows and by columns", () => {
  const users = ["ann", "bob"].map((id) => ({ id, group: "north" }));
  const contracts = ["tea", "ale"].map((id) => ({ id, cap: 2, sponsored: true }));
  const rows = users.map(({ id }) => ({
    user: id,
    contract: "tea",
    score: 1,
    attributes: { weight: 2 },
  }));
  const columns = {
    user: Uint32Array.of(0, 1),
    contract: Uint16Array.of(0, 0),
    score: Float64Array.of(1, 1),
    attributes: { weight: [2, 2] },
  };
  for (const pairs of [rows, columns]) {
    const { message } = assertThrows(() =>
      Drop.from({
        users,
        contracts,
        groups: [{ id: "north", ratio: 0 }],
        pairs,
        limits: [{ limit: "load", counts: "weight", atMost: 3 }],
        pins: [
          { user: "ann", contract: "tea" },
          { user: "bob", contract: "ale", score: 0.5 },
        ],
      }, { pinsCreate: true }), InputError);
    assertEquals(
      message,
      "pins[1]: the pinned pair of bob and ale has no weight, which a limit counts, " +
        "expected a row in pairs",
    );
  }
});
