/** Small tables and documents are UTF-8 or refused where they are not. */
import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { decodeText } from "../../../lib/io/bytes/decode_text.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

Deno.test("bytes that are no UTF-8 are named by line and column, with the likely encoding", () => {
  const faults: [string, string][] = [
    ["a\nGr\xe9,1\n", "f:2: character 3 is byte 0xE9, expected UTF-8 (most likely it is Latin-1;"],
    ["\x93a\x94", "f:1: character 1 is byte 0x93, expected UTF-8 (most likely it is Windows-1252;"],
    ["\xc3\xa9\xc3", "f:1: character 2 is byte 0xC3, expected UTF-8 (most likely it is Latin-1;"],
    ["\xe2\x82", "f:1: character 1 is byte 0xE2"],
    ["x\xe2\x82x", "f:1: character 2 is byte 0xE2"],
    ["\xc3\xa9\xa9", "f:1: character 2 is byte 0xA9"],
    ["a\0,\0\xe9\0", "f:1: character 5 is byte 0xE9, expected UTF-8 (most likely it is UTF-16"],
  ];
  for (const [text, message] of faults) {
    assertThrows(() => decodeText(bytes(text), "f"), InputError, message);
  }
  assertEquals(decodeText(bytes("\xff\xfea\0\xe9\0"), "f"), "aé");
  assertEquals(decodeText(bytes("\xfe\xff\0a\0\xe9"), "f"), "aé");
  assertEquals(decodeText(bytes("Gr\xc3\xa9"), "f"), "Gré");
});

Deno.test("groups that Latin-1 would merge are refused, not merged", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  folder.write("group_ratios.csv", bytes("group_id,sponsorship_ratio\nGr\xe9,1\nGr\xe8,0\n"));
  const { code, stderr } = await divvy(["allocate", ...INPUTS, "--out", "out.csv", "-q"], {
    cwd: folder.path,
  });
  assertEquals([code, folder.names().includes("out.csv")], [1, false]);
  assertEquals(
    stderr.startsWith("divvy: group_ratios.csv:2: character 3 is byte 0xE9"),
    true,
    stderr,
  );
});
