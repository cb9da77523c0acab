/** No password gets into a message, whatever characters it has, and no other word is mangled. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { InputError, quote, UsageError } from "../../../lib/base/errors.ts";
import { hideArguments, hideSecrets } from "../../../lib/base/text/secrets.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { extractTable } from "../../../lib/transfer/extract.ts";
import { parseSourceUrl, shownName } from "../../../lib/sources/source_url.ts";
import { divvy, TempFolder } from "../../support/cli.ts";

/** A password with any printable characters, what looks like an address among them, told by its first and last letters. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "grapheme-ascii", minLength: 0, maxLength: 8 }) },
  fc.constantFrom("x://", "a@b ", " ", "@", '"', "\\", ":", "?key=", "y".repeat(80)),
);
const password = fc.array(piece, { maxLength: 4 }).map((pieces) => `Zq7${pieces.join("")}7qZ`);
const scheme = fc.constantFrom(
  "postgres",
  "Postgres",
  "postgresql",
  "clickhouse",
  "ClickHouse",
  "mysql",
  "HTTPS",
  "s3",
);
const address = fc.tuple(scheme, password, fc.boolean()).map(([scheme, word, asSetting]) => ({
  word,
  url: asSetting
    ? `${scheme}://ann@127.0.0.1:1/shop?table=t&password=${encodeURIComponent(word)}`
    : `${scheme}://ann:${word}@127.0.0.1:1/shop?table=t`,
}));

/** Neither the password nor a half of it is in the text. */
function assertHidden(text: string, word: string) {
  assert(!text.includes("Zq7") && !text.includes("7qZ"), `${text} shows ${word}`);
}

/** Messages of everything that a call throws. */
async function messagesOf(call: () => unknown): Promise<string[]> {
  try {
    await call();
    return [];
  } catch (error) {
    const { message } = error as Error;
    return [message, error instanceof InputError ? JSON.stringify(error.fault) : ""];
  }
}

Deno.test("no message of the library shows a password", async () => {
  await fc.assert(
    fc.asyncProperty(address, async ({ word, url }) => {
      const files = { caps: url, elig: url, userGroups: url, groupRatios: url };
      const shown = [
        ...await messagesOf(() => parseSourceUrl(url)),
        ...await messagesOf(() => shownName(url)),
        ...await messagesOf(() => readDrop(files)),
        ...await messagesOf(() => extractTable(url, "/nowhere/at/all.csv", "csv")),
        new InputError(`${url}: row 7`, { file: url }).message,
        new InputError(`c.json: k is ${quote(url)}, expected 1`).message,
        new UsageError(`k is ${JSON.stringify(url)}, expected "1"`).message,
        InputError.at({ column: "k", value: `--x=${url}`, expected: "1" }).message,
        hideArguments(`unexpected ${JSON.stringify(url)} and ${url}.`, [
          "--x",
          `--caps=${url}`,
          url,
        ]),
      ];
      if (!/\s/.test(word)) {
        shown.push(new UsageError(`${url} is odd`).message, hideSecrets(`a ${url} b ${url}`));
      }
      for (const text of shown) assertHidden(text, word);
    }),
    { numRuns: 200 },
  );
});

Deno.test("a secret hides no part of another word", () => {
  assertEquals(
    hideSecrets("the drop is prosperous", ["ro", "drop", "prosper"]),
    "the drop is prosperous",
  );
  assertEquals(hideSecrets("no longwords in longword!", ["longword"]), "no longwords in ***!");
  assertEquals(
    hideSecrets("see postgres://ann@db/x, ask bob@db"),
    "see postgres://ann@db/x, ask bob@db",
  );
  assertEquals(hideSecrets("http://host:80/a and b"), "http://host:80/a and b");
  assertEquals(hideSecrets('"a" http://host:80/a "b" c@d'), '"a" http://host:80/a "b" c@d');
  assertEquals(
    hideSecrets("https://h/x?X-Amz-Signature=ab&y=1 and https://h/x?sv=1&sig=cd&design=1"),
    "https://h/x?X-Amz-Signature=***&y=1 and https://h/x?sv=1&sig=***&design=1",
  );
});

Deno.test("what stands behind a hidden setting stays: a line, a column, a colon", () => {
  const cases = [
    ['x://h/a?token=s3c: row 7 is "y"', 'x://h/a?token=*** row 7 is "y"'],
    ['x://h/a?token=***:5: score is "y"', 'x://h/a?token=***:5: score is "y"'],
    ["x://h/a?sig=***: not found", "x://h/a?sig=***: not found"],
    ["x://h/a?sig=***&token=s3c b", "x://h/a?sig=***&token=*** b"],
    ["x://h/a?auth=s3c&author=ann", "x://h/a?auth=***&author=ann"],
    ["x://h/a?token=***s3c", "x://h/a?token=***"],
  ];
  for (const [text, shown] of cases) assertEquals(hideSecrets(text), shown);
  const { message } = new InputError(`${shownName("http://h/a?token=s3c")}:5: score is "y"`);
  assertEquals(message, 'http://h/a?token=***:5: score is "y"');
});

Deno.test("no message of the command line shows a password", async () => {
  await using folder = new TempFolder();
  const word = `Zq7 '"#/?@:%$&;|\\!7qZ`;
  for (const scheme of ["postgres", "Clickhouse", "mysql"]) {
    const url = `${scheme}://ann:${word}@127.0.0.1:1/shop`;
    folder.write("k.json", JSON.stringify({ k: url }));
    folder.write("caps.json", JSON.stringify({ caps: url }));
    folder.write("odd.json", JSON.stringify({ [url]: url }));
    const tables = [
      "--elig",
      url,
      "--user-groups",
      url,
      "--group-ratios",
      url,
      "--out",
      "none.csv",
    ];
    const runs = [
      ["extract", "--caps", url, "--dir", "."],
      ["allocate", "--caps", url, ...tables],
      ["allocate", url, "--caps", "none.csv", ...tables],
      ["allocate", `--solver=${url}`, "--caps", "none.csv", ...tables],
      [`--capz=${url}`],
      [url],
      ["schema", `${url}${"x".repeat(80)}`],
      ...["k", "caps", "odd"].map((file) => ["allocate", "--config", `${file}.json`, ...tables]),
      ["publish", "--assign", url, "--to", url],
      ["studio", "--caps", url, ...tables.slice(0, 6)],
      ["caps", "--budgets", url, "--out", "none.csv"],
      [
        "allocate",
        "--engine",
        "clickhouse",
        "--url",
        url,
        "--elig-table",
        "e",
        "--user-groups-table",
        "g",
        "--out-table",
        "o",
        "--caps",
        "c.csv",
        "--group-ratios",
        "r.csv",
      ],
      ["check", "--assign", url, "--caps", url, ...tables.slice(0, 6)],
    ];
    const shown = await Promise.all(
      runs.map((args) => divvy(args, { cwd: folder.path, permissions: ["--allow-all"] })),
    );
    for (const [i, { code, stdout, stderr }] of shown.entries()) {
      assert(code !== 0, runs[i].join(" "));
      assertHidden(stdout + stderr, runs[i].join(" "));
    }
  }
});
