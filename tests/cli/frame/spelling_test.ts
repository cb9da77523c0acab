import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { spelledOut } from "../../../lib/cli/frame/spelling.ts";

Deno.test("options in snake_case become ours; values and what follows -- stay as they are", () => {
  const cases: [string[], string[]][] = [
    [["--user_groups", "user_groups.csv"], ["--user-groups", "user_groups.csv"]],
    [["--max_mixed_share=0_1"], ["--max-mixed-share=0_1"]],
    [["--no_third_slot_only_mixing"], ["--no-third-slot-only-mixing"]],
    [["--no-third_slot_only_mixing"], ["--no-third-slot-only-mixing"]],
    [["--param", "drop_id=1", "-absolute"], ["--param", "drop_id=1", "--absolute"]],
    [["complete", "--", "--user_groups", "-absolute"], [
      "complete",
      "--",
      "--user_groups",
      "-absolute",
    ]],
    [["-k", "2", "_x", "--"], ["-k", "2", "_x", "--"]],
  ];
  for (const [given, expected] of cases) assertEquals(spelledOut(given), expected);
});
