/** The line of progress: drawn by this thread, or by another one while this one is busy. */
import { assert, assertEquals, assertMatch } from "../../../../lib/deps/std_assert.ts";

const LIVE_LINE = new URL("../../../../lib/cli/frame/terminal/live_line.ts", import.meta.url).href;

/** Runs a script that may only read, and returns what it wrote to stderr. */
async function drawnBy(body: string): Promise<string> {
  const source = `
    import { clearLive, drawLive, endLive, SECONDS } from "${LIVE_LINE}";
    const busy = (ms) => { for (const end = Date.now() + ms; Date.now() < end;); };
    ${body}
  `;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      `data:application/typescript,${encodeURIComponent(source)}`,
    ],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  assertEquals(code, 0);
  return new TextDecoder().decode(stderr);
}

Deno.test("a line that is not drawn anew is drawn by another thread, with the seconds since it began", async () => {
  const drawn = await drawnBy(`
    drawLive("core", "core" + SECONDS + "!", Date.now() - 60_000);
    busy(4000);
    endLive();
    console.error("done");
  `);
  const lines = drawn.split("\r\x1b[K");
  assertEquals(lines.slice(0, 2), ["", "core"]);
  assert(lines.length > 4, drawn);
  for (const line of lines.slice(2, -1)) assertMatch(line, /^core {2}6\d s!$/);
  // Cleared, and not drawn again behind what follows; then the program ends by itself.
  assertEquals(lines.at(-1), "done\n");
});

Deno.test("nothing is drawn behind what was written after the line was cleared", async () => {
  const drawn = await drawnBy(`
    clearLive();
    drawLive("a", "a" + SECONDS, Date.now());
    drawLive("b", "b" + SECONDS, Date.now());
    clearLive();
    console.error("note");
    busy(2500);
    endLive();
  `);
  assertEquals(drawn, "\r\x1b[Ka\r\x1b[Kb\r\x1b[Knote\n");
});
