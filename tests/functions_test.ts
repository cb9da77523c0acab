import { parseTypeScript, type SyntaxNode } from "../lib/deps/babel_parser.ts";
import { assertEquals } from "../lib/deps/std_assert.ts";
import { modulesIn } from "./support/modules_in.ts";

/** Most lines of a function, "about 60"; most parameters. */
const MOST_LINES = 64, MOST_PARAMETERS = 7;

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "loc" in value;
}

/** Every node of a tree. */
function* nodesOf(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const part of Object.values(node)) {
    for (const child of Array.isArray(part) ? part : [part]) {
      if (isNode(child)) yield* nodesOf(child);
    }
  }
}

/** Functions of a module that are too long or take too much, each by its line. */
function faultsOf(path: string, text: string): string[] {
  const faults: string[] = [];
  for (const { params, loc, body } of nodesOf(parseTypeScript(text))) {
    if (!Array.isArray(params)) continue;
    const at = `${path}:${loc.start.line}`, lines = loc.end.line - loc.start.line + 1;
    if (isNode(body) && lines > MOST_LINES) faults.push(`${at}: ${lines} lines`);
    if (params.length > MOST_PARAMETERS) faults.push(`${at}: ${params.length} parameters`);
  }
  return faults;
}

/** The private name at the end of a node such as `this.#name`; undefined: it has none. */
function privateName(node: unknown): unknown {
  const named = isNode(node) ? node.property ?? node.key : undefined;
  return isNode(named) && named.type === "PrivateName" && isNode(named.id)
    ? named.id.name
    : undefined;
}

/** Private fields of a module that are set and never read. */
function fieldsNeverRead(text: string): unknown[] {
  const declared = new Set<unknown>(), set: unknown[] = [], seen: unknown[] = [];
  for (const node of nodesOf(parseTypeScript(text))) {
    const name = privateName(node);
    if (node.type === "ClassPrivateProperty") declared.add(name);
    else if (name !== undefined) seen.push(name);
    else if (node.type === "AssignmentExpression" && node.operator === "=") {
      set.push(privateName(node.left));
    }
  }
  const times = (names: unknown[], name: unknown) => names.filter((one) => one === name).length;
  return [...declared].filter((name) => times(seen, name) === times(set, name));
}

/** The modules of lib, without those that a program writes. */
function modulesOfLib(root: URL): URL[] {
  return modulesIn(new URL("lib/", root)).filter(({ href }) => !/_(?:bundle|wasm)\.ts$/.test(href));
}

Deno.test("functions: none of more than about 60 lines, none with eight parameters", async () => {
  const root = new URL("../", import.meta.url), faults: string[] = [];
  for (const file of modulesOfLib(root)) {
    faults.push(...faultsOf(file.href.slice(root.href.length), await Deno.readTextFile(file)));
  }
  assertEquals(faults, []);
});

Deno.test("private fields: each is read somewhere", async () => {
  const root = new URL("../", import.meta.url), faults: string[] = [];
  for (const file of modulesOfLib(root)) {
    const names = fieldsNeverRead(await Deno.readTextFile(file));
    faults.push(...names.map((name) => `${file.href.slice(root.href.length)}: #${name}`));
  }
  assertEquals(faults, []);
});

/** Functions, classes and values that modules export and no other text names: whoever reads them looks for a caller in vain. */
function unusedExports(texts: ReadonlyMap<string, string>): string[] {
  const named = new Map<string, number>();
  for (const text of texts.values()) {
    for (const word of new Set(text.match(/[A-Za-z_$][\w$]*/g))) {
      named.set(word, (named.get(word) ?? 0) + 1);
    }
  }
  const declared = /^export (?:abstract |async )*(?:function\*?|const|class) ([\w$]+)/gm;
  return [...texts].flatMap(([path, text]) =>
    [...text.matchAll(declared)].filter(([, name]) => named.get(name) === 1)
      .map(([, name]) => `${path}: ${name}`)
  );
}

Deno.test("exports: each is used by another module", async () => {
  const root = new URL("../", import.meta.url), texts = new Map<string, string>();
  const others = ["tests/", "bench/", "scripts/", "docs/", "examples/"];
  const modules = [
    ...modulesOfLib(root),
    ...others.flatMap((folder) => modulesIn(new URL(folder, root))),
    ...["mod.ts", "split.ts", "types.ts", "cli.ts"].map((path) => new URL(path, root)),
  ];
  for (const file of modules) {
    texts.set(file.href.slice(root.href.length), await Deno.readTextFile(file));
  }
  assertEquals(unusedExports(texts).filter((path) => path.startsWith("lib/")), []);
});

Deno.test("exports: one that nobody uses is found", () => {
  const texts = new Map([
    ["a.ts", "export function f() {}\nexport const G = 1;\nexport interface H {}\n"],
    ["b.ts", 'import { f } from "./a.ts";\nf();\n'],
  ]);
  assertEquals(unusedExports(texts), ["a.ts: G"]);
});

Deno.test("private fields: one that is only set is found", () => {
  const text = "class C { #a; #b = 0; #c = 1;\n" +
    "constructor() { this.#a = 1; this.#b += 1; } get c() { return this.#c; } #m() {} }\n";
  assertEquals(fieldsNeverRead(text), ["a"]);
});

Deno.test("functions: one that is too long and one that takes too much are found", () => {
  const long = `const f = () => {\n${"  g();\n".repeat(63)}};\n`;
  const many = "class C { m(a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h?: 8): void {} }\n";
  const text = `${long}${many}interface I { m(a: 1): void }\n`;
  assertEquals(faultsOf("a.ts", text), ["a.ts:1: 65 lines", "a.ts:66: 8 parameters"]);
});
