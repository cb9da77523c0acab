/**
 * Parses JSON objects of one level. Unlike JSON.parse it keeps every digit of a number (an id of twenty digits is not a
 * double) and refuses a name that occurs twice.
 *
 * Format: RFC 8259.
 *
 * @module
 */

/** Kind of a value. */
export type JsonKind = "text" | "number" | "boolean" | "null" | "nested";

/** An object's members, in the order of the text. */
export interface JsonMembers {
  /** Their names. */
  readonly names: string[];
  /** Their values: texts decoded, numbers and nested values as written, null as "". */
  readonly values: string[];
  /** The values' kinds. */
  readonly kinds: JsonKind[];
  /** Index behind the object. */
  end: number;
}

/** An error in a JSON text. */
export class JsonFault extends Error {
  /** Index in the text, in UTF-16 units. */
  readonly at: number;

  /** A fault at a place. */
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const BLANK = /[ \t\r\n]*/y;
// deno-lint-ignore no-control-regex -- JSON has none of them in a text
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;

/** Deepest nesting of a value; only columns that are not read may be nested. */
const DEEPEST = 100;

/** Names of an object that are looked through one by one for a repeated one. */
const FEW = 32;

/** An empty object for {@link readObject} to fill, again and again. */
export function noMembers(): JsonMembers {
  return { names: [], values: [], kinds: [], end: 0 };
}

/** Index of the first character at or after `at` that is not a blank or line break. */
export function afterBlanks(text: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(text);
  return BLANK.lastIndex;
}

/**
 * Reads the object that begins at `at`.
 *
 * @param into receives the members; those that it had are replaced
 * @throws {JsonFault} where the text is not JSON, and for a name that occurs twice
 */
export function readObject(text: string, at: number, into: JsonMembers): void {
  const { names, values, kinds } = into;
  names.length = values.length = kinds.length = 0;
  if (text[at] !== "{") throw new JsonFault("expected an object", at);
  at = afterBlanks(text, at + 1);
  if (text[at] === "}") {
    into.end = at + 1;
    return;
  }
  let many: Set<string> | null = null;
  for (;;) {
    const name = stringAt(text, at);
    if (names.length === FEW) many = new Set(names);
    if (many === null ? names.includes(name) : many.has(name)) {
      throw new JsonFault(`has ${JSON.stringify(name)} twice`, at);
    }
    many?.add(name);
    at = afterBlanks(text, stringEnd);
    if (text[at] !== ":") throw new JsonFault('expected ":" after a name', at);
    at = afterBlanks(text, at + 1);
    names.push(name);
    at = afterBlanks(text, readValue(text, at, into));
    if (text[at] === "}") break;
    if (text[at] !== ",") throw new JsonFault('expected "," or "}" after a value', at);
    at = afterBlanks(text, at + 1);
  }
  into.end = at + 1;
}

/** Reads a value into the members; returns the index behind it. */
function readValue(text: string, at: number, { values, kinds }: JsonMembers): number {
  const first = text[at];
  if (first === '"') {
    values.push(stringAt(text, at));
    kinds.push("text");
    return stringEnd;
  }
  if (first === "{" || first === "[") {
    const end = endOfNested(text, at);
    values.push(text.slice(at, end));
    kinds.push("nested");
    return end;
  }
  NUMBER.lastIndex = at;
  if (NUMBER.test(text)) {
    values.push(text.slice(at, NUMBER.lastIndex));
    kinds.push("number");
    return NUMBER.lastIndex;
  }
  WORD.lastIndex = at;
  if (!WORD.test(text)) throw new JsonFault("expected a value", at);
  const word = text.slice(at, WORD.lastIndex);
  values.push(word === "null" ? "" : word);
  kinds.push(word === "null" ? "null" : "boolean");
  return WORD.lastIndex;
}

/** Index behind the string that was read last. */
let stringEnd = 0;

/** The string that begins at `at`; it ends at {@link stringEnd}. */
function stringAt(text: string, at: number): string {
  const isText = text[at] === '"';
  let to = at + 1, escapes = 0;
  // Escape by escape: one pattern for all of them would run out of its stack where there are hundreds of thousands.
  for (; isText; escapes++) {
    PLAIN.lastIndex = to;
    PLAIN.test(text);
    ESCAPE.lastIndex = to = PLAIN.lastIndex;
    if (!ESCAPE.test(text)) break;
    to = ESCAPE.lastIndex;
  }
  if (!isText || text[to] !== '"') {
    throw new JsonFault(
      isText ? "a text is not closed, or not written as JSON is" : "expected a name in quotes",
      at,
    );
  }
  stringEnd = to + 1;
  const value = escapes > 0
    ? JSON.parse(text.slice(at, stringEnd)) as string
    : text.slice(at + 1, to);
  // A lone surrogate has no UTF-8; replacing it could make one id of two.
  if (!value.isWellFormed()) throw new JsonFault("a text has half a character (\\ud800 …)", at);
  return value;
}

/** Index behind the object or array that begins at `at`. */
function endOfNested(text: string, at: number): number {
  const open: string[] = [];
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      stringAt(text, i);
      i = stringEnd - 1;
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? "}" : "]");
      if (open.length > DEEPEST) throw new JsonFault(`more than ${DEEPEST} levels`, i);
    } else if (char === "}" || char === "]") {
      if (open.pop() !== char) throw new JsonFault(`unexpected "${char}"`, i);
      if (open.length === 0) {
        checkNested(text.slice(at, i + 1), at);
        return i + 1;
      }
    }
  }
  throw new JsonFault("an object or array is not closed", at);
}

/** Checks that a nested value is JSON, though it is not read. */
function checkNested(text: string, at: number): void {
  try {
    JSON.parse(text);
  } catch {
    throw new JsonFault("an object or array is no JSON", at);
  }
}
