/** Tables as people have them: other encodings, separators, decimals, line ends and headers, read to the same drop. */
import { assertEquals, assertRejects, assertThrows } from "../../../lib/deps/std_assert.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { type DialectOptions, parseColumns } from "../../../lib/io/csv/dialect_options.ts";
import { readDrop, type ReadOptions } from "../../../lib/io/drop_reader.ts";
import type { Drop } from "../../../lib/allocator/drop/drop.ts";
import { divvy, INPUTS, SMALL_DROP, TempFolder, writeDrop } from "../../support/cli.ts";
import { latin1 } from "../../support/latin1.ts";

/** The small drop with letters that encodings differ in, all of them in Latin-1. */
const TEXTS = Object.fromEntries(
  Object.entries(SMALL_DROP).map(([name, text]) => [
    name,
    text.replaceAll("ann", "Josè").replaceAll("bob", "José").replaceAll("g1", "Gré"),
  ]),
) as Record<keyof typeof SMALL_DROP, string>;

const ELIG = TEXTS["elig.csv"];
type Bytes = Uint8Array<ArrayBuffer>;
const windows1252 = (text: string): Bytes =>
  Uint8Array.from(text, (char) => char === "€" ? 0x80 : char.charCodeAt(0));

function utf16(text: string, littleEndian: boolean, mark = true): Bytes {
  const marked = (mark ? "\ufeff" : "") + text;
  const view = new DataView(new ArrayBuffer(2 * marked.length));
  for (let i = 0; i < marked.length; i++) {
    view.setUint16(2 * i, marked.charCodeAt(i), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

async function read(
  files: Partial<Record<keyof typeof SMALL_DROP, string | Uint8Array>>,
  options: ReadOptions = {},
): Promise<Drop> {
  await using folder = new TempFolder();
  writeDrop(folder, { ...TEXTS, ...files });
  const file = (name: string) => `${folder.path}/${name}.csv`;
  try {
    return await readDrop({
      caps: file("caps"),
      elig: file("elig"),
      userGroups: file("user_groups"),
      groupRatios: file("group_ratios"),
    }, options);
  } catch (error) {
    (error as Error).message = (error as Error).message.replaceAll(`${folder.path}/`, "");
    throw error;
  }
}

function rows({ instance }: Drop) {
  return {
    users: instance.users.toArray(),
    groups: instance.groups,
    contract: [...instance.contract],
    score: [...instance.score],
  };
}

const PLAIN = rows(await read({}));
const PLAIN_INPUT = (await read({})).input.elig;

/** A text whose every table is written by `write`. */
function all(write: (text: string) => string | Uint8Array) {
  return Object.fromEntries(Object.entries(TEXTS).map(([name, text]) => [name, write(text)]));
}

const semicolons = (text: string) => text.replaceAll(",", ";");

Deno.test("every encoding and separator reads to the same drop", async () => {
  const kinds: [string, (text: string) => string | Uint8Array, DialectOptions][] = [
    ["latin1", latin1, { encoding: "latin1" }],
    ["windows-1252", windows1252, { encoding: "windows-1252" }],
    ["utf-16le with a mark", (text) => utf16(text, true), {}],
    ["utf-16be with a mark", (text) => utf16(text, false), {}],
    ["utf-16 with a mark, another encoding said", (t) => utf16(t, true), { encoding: "latin1" }],
    ["utf-16le", (text) => utf16(text, true, false), { encoding: "utf-16" }],
    ["utf-16be", (text) => utf16(text, false, false), { encoding: "utf-16" }],
    ["utf-8 with a mark, another encoding said", (t) => `\ufeff${t}`, { encoding: "latin1" }],
    ["semicolons", semicolons, {}],
    ["semicolons, said", semicolons, { separator: ";" }],
    ["commas where semicolons are said", (text) => text, { separator: ";" }],
    ["tabs", (text) => text.replaceAll(",", "\t"), {}],
    ["tabs, said", (text) => text.replaceAll(",", "\t"), { separator: "tab" }],
    ["bars", (text) => text.replaceAll(",", "|"), {}],
    ["colons", (text) => text.replaceAll(",", ":"), { separator: ":" }],
    ["sep=", (text) => `sep=;\r\n${semicolons(text).replaceAll("\n", "\r\n")}`, {}],
    ["sep= with commas", (text) => `sep=,\n${text}`, {}],
    ["sep= after a mark", (text) => `\ufeffsep=;\n${semicolons(text)}`, {}],
    ["CR", (text) => text.replaceAll("\n", "\r"), {}],
    ["CR, semicolons, UTF-16", (t) => utf16(semicolons(t).replaceAll("\n", "\r"), true), {}],
    ["decimal commas", (t) => semicolons(t).replaceAll(".", ","), { decimal: "," }],
    ["decimal commas in quotes", (t) => t.replace(/(\d)\.(\d)/g, '"$1,$2"'), { decimal: "," }],
    ["decimal points where commas are said", (text) => text, { decimal: "," }],
    ["a spreadsheet in Germany", (t) => latin1(semicolons(t).replaceAll(".", ",")), {
      decimal: ",",
      encoding: "latin1",
    }],
  ];
  for (const [name, write, options] of kinds) {
    assertEquals(rows(await read(all(write), options)), PLAIN, name);
  }
});

Deno.test("a k of the user's or the group's own may have a decimal comma as other numbers have", async () => {
  const rows = (text: string) =>
    text.replaceAll("1.0", "1,0").replaceAll(",", ";").replaceAll("1;0", "1,0");
  const files = {
    "user_groups.csv": "user_id,group_id,k\nJosè,Gré,1.0\nJosé,Gré,\n",
    "group_ratios.csv": "group_id,sponsorship_ratio,k\nGré,0,1.0\ng2,0,\n",
  };
  const commas = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, rows(text)]),
  );
  const { instance } = await read(files);
  const theirs = await read(commas, { decimal: "," });
  assertEquals(instance.k, Int32Array.of(1, 1));
  assertEquals(theirs.instance.k, instance.k);
});

Deno.test("tables of which hardly a column is needed tell their separator too, in quotes or not", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, TEXTS);
  const file = (name: string) => `${folder.path}/${name}.csv`;
  const tables = {
    limits: "limit,at_most,contract_address\nm,1,s1\n",
    bans: "user_id,contract_address\nJosè,s1\n",
    pins: "user_id,contract_address\nJosé,s1\n",
    previous: "user_id,contract_address\nJosé,s1\n",
  };
  const readWith = async (write: (text: string) => string, options: DialectOptions = {}) => {
    for (const [name, text] of Object.entries(tables)) folder.write(`${name}.csv`, write(text));
    const { instance } = await readDrop({
      caps: file("caps"),
      elig: file("elig"),
      userGroups: file("user_groups"),
      groupRatios: file("group_ratios"),
      ...Object.fromEntries(Object.keys(tables).map((name) => [name, file(name)])),
    }, options);
    const { limits, pins, previous, contract } = instance;
    return [limits!.rows.amount, limits!.rows.key, pins!.pair, previous!.given, contract];
  };
  const plain = await readWith((text) => text);
  const quoted = (text: string) => text.replace(/[^,\n]+/g, '"$&"');
  for (const separator of [",", ";", "\t", "|"]) {
    const by = (text: string) => text.replaceAll(",", separator);
    assertEquals(await readWith(by), plain, separator);
    assertEquals(await readWith((text) => by(quoted(text))), plain, `${separator} in quotes`);
    // What was said holds for the tables that are so, and those with commas are read with commas.
    assertEquals(await readWith(by, { separator }), plain, `${separator} said`);
    assertEquals(await readWith((text) => text, { separator }), plain, `${separator} said, commas`);
  }
});

Deno.test("fields with commas, quotes and line breaks stay whole", async () => {
  const groups = (text: string) => ({
    "elig.csv":
      'contract_address;score;user_id\ns1;1;"a;b"\ns1;1;a,b\ns1;1;"x ""y"" , z"\ns1;1;"p\nq"\n',
    "user_groups.csv": text,
    "group_ratios.csv": "group_id,sponsorship_ratio\ng,0\n",
  });
  const { instance } = await read(groups(
    'user_id;group_id\n"a;b";g\na,b;g\n"x ""y"" , z";g\n"p\nq";g\n',
  ));
  assertEquals(instance.users.toArray(), ["a,b", "a;b", "p\nq", 'x "y" , z']);
  const cr = await read({
    ...groups('user_id,group_id\r"a;b",g\r"p\rq",g\r'),
  });
  assertEquals(cr.instance.users.toArray(), ["a;b", "p\nq"]);
});

Deno.test("faults name the line of the file", async () => {
  const header = "user_id;contract_address;score\n";
  const faults: [string, string | Uint8Array, DialectOptions, string][] = [
    ["number", `${header}ann;s1;1\n"x\ny";s1;1\nann;s1;?\n`, {}, "elig.csv:5: score is "],
    ["fields", `sep=;\n\n${header}a,b;s1\n`, {}, "elig.csv:4: the row has 2 fields, expected 3"],
    ["CR", "user_id,contract_address,score\rann,s1,1\r\rann,s1,?", {}, "elig.csv:4: score is "],
    ["quote inside", `${header}a;b"c;1\n`, {}, 'elig.csv:2: a field has a quote (") but does not'],
    ["quote inside, comma", `${header}\na,"b;c";1\n`, {}, "elig.csv:3: a field has a quote"],
    ["after quote", `${header}"a"b;c;1\n`, {}, "elig.csv:2: a quoted field has more text after"],
    ["open quote", `${header}ann;s1;1\n"a;b\nc;1\n`, {}, "elig.csv:3: a quoted field has no clos"],
    [
      "decimal comma",
      `${header}ann;s1;0,5\n`,
      {},
      'elig.csv:2: score is "0,5", expected a finit' +
      'e number (decimal: "," reads decimal commas)',
    ],
    [
      "thousands",
      `${header}ann;s1;1.234\n`,
      { decimal: "," },
      'elig.csv:2: score is "1.234", ex' +
      "pected a number with a decimal comma and no point",
    ],
    ...["1,250.25", "1,000", "1 250", "1\u00a0250.5", "12\u202f345", "1'000"].map((text) =>
      [
        `thousands: ${text}`,
        `${header}ann;s1;${text}\n`,
        {},
        "expected a finite number (thousands are not separated)",
      ] as [string, string, DialectOptions, string]
    ),
    ["both", `${header}ann;s1;1.234,5\n`, { decimal: "," }, 'elig.csv:2: score is "1.234,5", exp'],
    ["two commas", `${header}ann;s1;1,234,5\n`, { decimal: "," }, 'elig.csv:2: score is "1,234,5'],
    [
      "not UTF-8",
      latin1(`${header}a;b;1\nJos\xe9;s1;1\n`),
      {},
      "elig.csv:3: character 4 is byte 0xE9",
    ],
    ["UTF-16 cut", utf16(header + "a;s1;1\n", true).subarray(0, -1), {}, "elig.csv:2: column 7 is"],
    ["UTF-16 torn", utf16(`${header}ab\ud800c;s1;1\n`, true), {}, "elig.csv:2: column 3 is no cha"],
    [
      "UTF-16 unsaid",
      utf16(header, true, false),
      {},
      "elig.csv:1: character 2 is byte 0x00, expecte",
    ],
    [
      "header",
      "user_id;contract_address;Score\n",
      {},
      "elig.csv:1: missing column score (the hea" +
      'der has "user_id", "contract_address", "Score"; columns: { score: "Score" } if that is meant)',
    ],
    [
      "header far off",
      "a,b\n",
      {},
      "missing columns user_id, contract_address, score (the header" +
      ' has "a", "b")',
    ],
    ["empty", "sep=;\n", {}, "elig.csv: the file is empty, expected columns"],
  ];
  for (const [name, text, options, message] of faults) {
    const error = await assertRejects(() => read({ "elig.csv": text }, options), InputError);
    assertEquals(error.message.includes(message), true, `${name}: ${error.message}`);
    assertEquals(error.message.includes("\n"), false, name);
  }
});

Deno.test("what was told by the file is said, what was asked for is not", async () => {
  const notes = async (elig: string | Uint8Array, options: DialectOptions = {}) =>
    (await read({ "elig.csv": elig }, options)).input.read_as;
  assertEquals(await notes(ELIG), undefined);
  assertEquals(await notes(semicolons(ELIG), { separator: ";" }).then((n) => n?.length), 3);
  assertEquals(
    (await notes(semicolons(ELIG)))?.[0].endsWith("elig.csv: read separated by semicolons"),
    true,
  );
  assertEquals(
    (await notes(utf16(ELIG.replaceAll("\n", "\r"), true)))?.[0].endsWith(
      "elig.csv: read as utf-16le, lines ended by CR",
    ),
    true,
  );
});

Deno.test("columns by other names, with any number of threads", async () => {
  const columns = { user_id: "Customer", score: "Points, all" };
  const elig = ELIG.replace("user_id", "Customer").replace("score", '"Points, all"');
  // The other tables have our own names.
  assertEquals(rows(await read({ "elig.csv": elig }, { columns })), PLAIN);
  const large = elig + "cy,t1,0.25\n".repeat(900_000);
  const one = await read({ "elig.csv": large }, { columns, workers: 1 });
  const three = await read({ "elig.csv": large }, { columns, workers: 3 });
  assertEquals([one.input, rows(one)], [three.input, rows(three)]);
  const error = await assertRejects(
    () => read({ "elig.csv": "Customer,customer_id,Contract Address,Points\n" }),
    InputError,
  );
  assertEquals(
    error.message.split("; ")[1],
    'columns: { contract_address: "Contract Address" } if that is meant)',
  );
});

Deno.test("columns of the command line", () => {
  assertEquals(parseColumns(["user_id=a,b, score = c=d", "cap_face=e"]), {
    user_id: "a,b",
    score: "c=d",
    cap_face: "e",
  });
  for (const text of ["user_id", "user_id=", "=x", "user=x", "score=a,score=b", "__proto__=x"]) {
    assertThrows(() => parseColumns([text]), UsageError);
  }
});

Deno.test("options out of range are named", async () => {
  const options: [unknown, string][] = [
    [{ encoding: "utf8" }, 'encoding is "utf8", expected one of utf-8 latin1 windows-1252 utf-16'],
    [{ separator: '"' }, "separator is "],
    [{ separator: ";;" }, "separator is "],
    [{ decimal: ";" }, "decimal is "],
    [{ columns: { userid: "x" } }, 'columns names "userid", expected one of user_id'],
    [{ columns: { user_id: 3 } }, "columns is "],
  ];
  for (const [option, message] of options) {
    const error = await assertRejects(() => read({}, option as ReadOptions), UsageError);
    assertEquals(error.message.startsWith(message), true, error.message);
  }
});

Deno.test("the command line and the configuration file read as readDrop does", async () => {
  await using folder = new TempFolder();
  const german = (text: string) => latin1(semicolons(text).replaceAll(".", ","));
  const files = all(german);
  files["elig.csv"] = german(ELIG.replace("user_id", "Kunde"));
  writeDrop(folder, files);
  folder.write(
    "divvy.json",
    JSON.stringify({
      encoding: "latin1",
      decimal: ",",
      separator: ";",
      columns: ["user_id=Kunde"],
    }),
  );
  const dialect = ["--encoding", "latin1", "--decimal", ",", "--columns", "user_id=Kunde"];
  for (const [out, given] of [["a.csv", dialect], ["b.csv", ["--config", "divvy.json"]]] as const) {
    const { code, stderr } = await divvy(["allocate", ...INPUTS, ...given, "--out", out], {
      cwd: folder.path,
    });
    assertEquals(code, 0, stderr);
    assertEquals(folder.read(out).includes("José,"), true);
  }
  assertEquals(folder.read("a.csv"), folder.read("b.csv"));
  // The assignments are UTF-8 whatever the inputs are.
  const check = await divvy(["check", ...INPUTS, ...dialect, "--assign", "a.csv"], {
    cwd: folder.path,
  });
  assertEquals(check.code, 0, check.stderr + check.stdout);
  const bad = await divvy(["allocate", ...INPUTS, "--separator", "ab", "--out", "c.csv"], {
    cwd: folder.path,
  });
  assertEquals([bad.code, bad.stderr.includes('divvy: --separator is "ab", expected')], [
    1,
    true,
  ]);
});

Deno.test("fields of megabytes are read, or refused by the limit", async () => {
  const field = '""'.repeat(1 << 21), long = "x".repeat(5 << 20);
  for (const id of [`"${field}"`, `"${long}"`, long]) {
    const elig = semicolons(`${ELIG}${id},t1,0.5\n`);
    const { input } = await read({ "elig.csv": elig });
    assertEquals(input.elig.users_without_group, 1 + PLAIN_INPUT.users_without_group);
    const error = await assertRejects(
      () => read({ "elig.csv": elig }, { limits: { field: 1 << 20 } }),
      InputError,
    );
    const line = elig.trimEnd().split("\n").length;
    const expected = `elig.csv:${line}: field 1 is longer than 1 MiB, the limit`;
    assertEquals(error.message.slice(0, expected.length), expected);
  }
});

Deno.test("NULs in both bytes of a word are no UTF-16", async () => {
  const zeros = "\0".repeat(100);
  const error = await assertRejects(() => read({ "elig.csv": zeros }), InputError);
  assertEquals(error.message.includes("missing columns"), true, error.message);
});
