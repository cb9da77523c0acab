import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { DivvyCommand } from "../../../lib/cli/frame/command.ts";
import { choice, flag, number, step, text, texts } from "../../../lib/cli/frame/option_kinds.ts";

Deno.test("a command gets values of the types that its options declare, as the compiler and the parser know", async () => {
  const seen: unknown[] = [];
  const command = new DivvyCommand("try")
    .optionsUnder("Some:", [
      text("-u, --user-name <id>", "needed").needed(),
      number("--top-n <n>", "with a default").default(3),
      flag("--quiet", "without one"),
      flag("--no-open", "true unless given"),
    ])
    .optionsUnder("Others:", [
      choice("--kind <kind>", "one of two", ["old", "new"]),
      texts("--set-ratio <group=ratio>", "several"),
      step("--step <s>", "a number or a fraction"),
    ])
    .withConfig()
    .runs((options) => {
      const typed: {
        userName: string;
        topN: number;
        quiet?: boolean;
        open: boolean;
        kind?: "old" | "new";
        setRatio?: readonly string[];
        step?: number | string;
        config?: string;
      } = options;
      // @ts-expect-error: it may be absent
      const present: { quiet: boolean } = options;
      // @ts-expect-error: it is a text
      const counted: { userName: number } = options;
      // @ts-expect-error: it is one of two
      const other: { kind?: "old" } = options;
      // @ts-expect-error: nobody declares it
      const unknown: { userGroups: string } = options;
      for (const values of [present, counted, other, unknown]) assert(values as unknown === typed);
      seen.push(typed);
    });
  const line = ["--user-name", "ann", "--set-ratio", "a=1", "--set-ratio", "b=0", "--step", "1/3"];
  await command.parseAsync(line, { from: "user" });
  assertEquals(seen, [
    { userName: "ann", topN: 3, open: true, setRatio: ["a=1", "b=0"], step: "1/3" },
  ]);
});
