/**
 * Small changes of a module's code: an operator, a comparison, a constant, the name of a call, found in its syntax tree. One can
 * be made in the text; or all of them stand behind switches, so that a module that is loaded once is every mutant of itself.
 */
import { parseTypeScript, type SyntaxNode } from "../../lib/deps/babel_parser.ts";

/** A change at a place of a file. */
export interface Mutation {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** The file's text with the change. */
  readonly text: string;
}

/** What stands in place of an operator. */
const OPERATORS: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "&&": "||",
  "||": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "+=": "-=",
  "-=": "+=",
};

/** What stands in place of a called function. */
const CALLS: Readonly<Record<string, string>> = {
  "Math.max": "Math.min",
  "Math.min": "Math.max",
  ceilOf: "floorOf",
  floorOf: "ceilOf",
  "units.up": "units.down",
  "units.down": "units.up",
};

type Node = SyntaxNode & { readonly start: number; readonly end: number };

/** How a part of the text is written. */
type Write = (node: Node) => string;

/** A place that can be changed. */
interface Site {
  /** What the switch takes the place of. */
  readonly node: Node;
  /** Where `from` stands. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  /** The switch: the changed code while `name(id)` is true. */
  readonly code: (chosen: string, write: Write) => string;
}

/** Where the switches of a mutated module ask, `globalThis[ASKED](id)`. */
export const ASKED = "__isMutant";

/** Expressions of TypeScript that have code in them; its other nodes are types. */
const EXPRESSIONS = new Set(["TSNonNullExpression", "TSAsExpression", "TSSatisfiesExpression"]);

const hasCode = ({ type }: Node) =>
  type !== "ImportDeclaration" && (!type.startsWith("TS") || EXPRESSIONS.has(type));

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "loc" in value;

/** The parts of a node, in the order of the text. */
function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const [name, part] of Object.entries(node)) {
    if (name.endsWith("omments")) continue;
    for (const child of Array.isArray(part) ? part : [part]) {
      if (isNode(child)) children.push(child);
    }
  }
  return children.toSorted((a, b) => a.start - b.start);
}

function sitesOf(text: string): Site[] {
  const sites: Site[] = [];
  const visit = (node: Node) => {
    if (!hasCode(node)) return;
    const site = siteOf(text, node);
    if (site !== null) sites.push(site);
    childrenOf(node).forEach(visit);
  };
  visit(parseTypeScript(text) as Node);
  return sites.toSorted((a, b) => a.at - b.at);
}

function siteOf(text: string, node: Node): Site | null {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
    case "AssignmentExpression":
      return operatorSite(text, node);
    case "BooleanLiteral": {
      const from = String(node.value), to = String(!node.value);
      return { node, at: node.start, from, to, code: (chosen) => `(${chosen} ? ${to} : ${from})` };
    }
    case "CallExpression": {
      const callee = node.callee as Node, name = text.slice(callee.start, callee.end);
      const from = Object.keys(CALLS).find((one) => name === one || name.endsWith(`.${one}`));
      if (from === undefined) return null;
      const at = callee.end - from.length, to = CALLS[from];
      const other = text.slice(callee.start, at) + to;
      const code = (chosen: string, write: Write) => {
        const list = (node.arguments as Node[]).map(write).join(", ");
        return `(${chosen} ? ${other}(${list}) : ${name}(${list}))`;
      };
      return { node, at, from, to, code };
    }
    default:
      return null;
  }
}

function operatorSite(text: string, node: Node): Site | null {
  const from = node.operator as string, to = OPERATORS[from];
  if (to === undefined) return null;
  const left = node.left as Node, right = node.right as Node;
  const at = text.indexOf(from, text.slice(left.end, right.start).search(/[^\s)]/) + left.end);
  const code = (chosen: string, write: Write) => {
    const [a, b] = [write(left), write(right)];
    if (node.type === "AssignmentExpression") {
      return `(${chosen} ? ${a} ${to} ${b} : ${a} ${from} ${b})`;
    }
    // Each side is written once, however deep sides lie in sides.
    if (node.type === "BinaryExpression") {
      return `(${chosen} ? (a, b) => a ${to} b : (a, b) => a ${from} b)(${a}, ${b})`;
    }
    return `(${chosen} ? (a, b) => a ${to} b() : (a, b) => a ${from} b())(${a}, () => (${b}))`;
  };
  return { node, at, from, to, code };
}

/** Every mutation of a text, in its order. */
export function mutationsOf(file: string, text: string): Mutation[] {
  return sitesOf(text).map(({ at, from, to }) => ({
    file,
    from,
    to,
    line: text.slice(0, at).split("\n").length,
    text: text.slice(0, at) + to + text.slice(at + from.length),
  }));
}

/** The text with every mutation behind a switch: the i-th of {@link mutationsOf} is number `first` + i. */
export function switchable(text: string, first: number): string {
  const sites = new Map(
    sitesOf(text).map((
      site,
      i,
    ) => [`${site.node.start} ${site.node.end} ${site.node.type}`, { ...site, id: first + i }]),
  );
  const write: Write = (node) => {
    const site = sites.get(`${node.start} ${node.end} ${node.type}`);
    // What is in brackets within a side is written without them: a side is an argument.
    return site === undefined ? parts(node) : site.code(`globalThis.${ASKED}(${site.id})`, write);
  };
  const parts: Write = (node) => {
    if (!hasCode(node)) return text.slice(node.start, node.end);
    let at = node.start, written = "";
    for (const child of childrenOf(node)) {
      if (child.start < at) continue;
      written += text.slice(at, child.start) + write(child);
      at = child.end;
    }
    return written + text.slice(at, node.end);
  };
  const tree = parseTypeScript(text) as Node;
  return text.slice(0, tree.start) + write(tree) + text.slice(tree.end);
}
