import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { shellWord } from "../../../lib/base/text/shell_word.ts";

Deno.test("a shell reads the word back, whatever it holds", async () => {
  const words = [
    "drop",
    "a/b-c_1.2",
    "ü",
    "my drop",
    "",
    "a;b",
    "it's",
    '"',
    "$HOME",
    "a'b$c",
    "*",
    "~x",
  ];
  for (const word of words) {
    const command = new Deno.Command("sh", { args: ["-c", `printf %s ${shellWord(word)}`] });
    assertEquals(new TextDecoder().decode((await command.output()).stdout), word);
  }
  assertEquals(["a/b", "my drop", "$x"].map(shellWord), ["a/b", '"my drop"', "'$x'"]);
});
