/**
 * JSON objects of one level, read as they are written: numbers keep every digit (an id of twenty digits is no double), and a
 * name that stands twice is no silent choice.
 *
 * Format: RFC 8259.
 *
 * @module
 */

/** What a value is. */
export type JsonKind = "text" | "number" | "boolean" | "null" | "nested";

/** An object's members, in the order of the text. */
export interface JsonMembers {
  /** Their names. */
  readonly names: string[];
  /** Their values: text itself, numbers and nested values as they are written, null as "". */
  readonly values: string[];
  /** What they are. */
  readonly kinds: JsonKind[];
  /** Where the text goes on behind the object. */
  end: number;
}

/** What is wrong with a text, and where. */
export class JsonFault extends Error {
  /** Place in the text, in UTF-16 units. */
  readonly at: number;

  /** A fault at a place. */
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const BLANK = /[ \t\r\n]*/y;
// deno-lint-ignore no-control-regex -- JSON has none of them in a text
const STRING = /"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;

/** Objects and arrays inside of each other, at most: those in columns that nobody reads. */
const DEEPEST = 100;

/** An empty object, to be filled again and again. */
export function noMembers(): JsonMembers {
  return { names: [], values: [], kinds: [], end: 0 };
}

/** Where the text goes on behind blanks and line breaks. */
export function afterBlanks(text: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(text);
  return BLANK.lastIndex;
}

/**
 * Reads the object that begins at `at`.
 *
 * @param into takes its members, in place of those that it has
 * @throws {JsonFault} for what is no JSON, and for a name that stands twice
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
  for (;;) {
    const name = stringAt(text, at);
    if (names.includes(name)) throw new JsonFault(`has ${JSON.stringify(name)} twice`, at);
    at = afterBlanks(text, STRING.lastIndex);
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

/** Reads a value into the members; where the text goes on. */
function readValue(text: string, at: number, { values, kinds }: JsonMembers): number {
  const first = text[at];
  if (first === '"') {
    values.push(stringAt(text, at));
    kinds.push("text");
    return STRING.lastIndex;
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

/** The string that begins at `at`; it ends at `STRING.lastIndex`. */
function stringAt(text: string, at: number): string {
  STRING.lastIndex = at;
  const found = STRING.exec(text);
  if (found === null) {
    throw new JsonFault(
      text[at] === '"'
        ? "a text is not closed, or not written as JSON is"
        : "expected a name in quotes",
      at,
    );
  }
  const [whole, inner] = found;
  const value = inner.includes("\\") ? JSON.parse(whole) as string : inner;
  // Half a character has no UTF-8: two such ids would become one.
  if (!value.isWellFormed()) throw new JsonFault("a text has half a character (\\ud800 …)", at);
  return value;
}

/** Where an object or array ends. */
function endOfNested(text: string, at: number): number {
  const open: string[] = [];
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      stringAt(text, i);
      i = STRING.lastIndex - 1;
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

/** Nobody reads it, but a line that is no JSON is none. */
function checkNested(text: string, at: number): void {
  try {
    JSON.parse(text);
  } catch {
    throw new JsonFault("an object or array is no JSON", at);
  }
}
