/**
 * HTML as values: a tagged template that escapes what is put into it.
 *
 * @module
 */
import { BIDI_CONTROLS } from "../../base/text/bidi_controls.ts";

/** A piece of HTML that is safe as it stands. */
export class Markup {
  /** The HTML text. */
  readonly text: string;
  /** Wraps HTML that needs no escaping. */
  constructor(text: string) {
    this.text = text;
  }
  /** The HTML text. */
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: text is escaped, markup is not, lists are joined, null and false are left out. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/**
 * HTML from a template literal; everything put in is escaped unless it is markup itself, and what would turn text around it
 * is made visible. Line breaks of the template itself are left out, those of what is put in stay.
 *
 * @example
 * ```ts
 * import { html } from "./markup.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(html`<b>${"1 < 2"}</b>`.text, "<b>1 &lt; 2</b>");
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: Content[]): Markup {
  const { parts, arePlain } = templateOf(strings);
  let text = parts[0];
  values.forEach((value, i) => text += render(value, arePlain[i]) + parts[i + 1]);
  return new Markup(text);
}

/** A template as it is used, again and again. */
interface Template {
  /** Its own text without the line breaks and indentation that are there for its reader. */
  readonly parts: readonly string[];
  /** Whether the value after each part stands where there can be no elements: in an attribute, or the page's title. */
  readonly arePlain: readonly boolean[];
}

const templates = new WeakMap<TemplateStringsArray, Template>();

function templateOf(strings: TemplateStringsArray): Template {
  let template = templates.get(strings);
  if (template === undefined) {
    const parts = strings.map((part) =>
      part.replace(/^\s*\n\s*|\s*\n\s*$|(?<=>)\s*\n\s*(?=<)/g, "").replace(/\s*\n\s*/g, " ")
    );
    template = { parts, arePlain: plainPlaces(parts) };
    templates.set(strings, template);
  }
  return template;
}

function plainPlaces(parts: readonly string[]): boolean[] {
  let isPlain = false;
  // An attribute may be put together of several values.
  return parts.map((part) =>
    isPlain = /(?:="[^"]*|<title>)$/.test(part) || isPlain && !/["<]/.test(part)
  );
}

function render(value: Content, isPlain = false): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map((each) => render(each, isPlain)).join("");
  const text = readable(String(value));
  if (isPlain) return escapeHtml(text);
  return isolated(text).map((part, i) =>
    i % 2 === 1 ? `<bdi>${escapeHtml(part)}</bdi>` : escapeHtml(part)
  ).join("");
}

/**
 * A sentence in which numbers stay on one line with their percent signs.
 *
 * @example
 * ```ts
 * import { sentence } from "./markup.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(sentence("<1 % of 3.").text, '<span class="whole">&lt;1 %</span> of 3.');
 * ```
 */
export function sentence(text: string): Markup {
  return new Markup(render(text).replace(/[^ <>]+ %/g, '<span class="whole">$&</span>'));
}

const TURNING = new RegExp(`[${BIDI_CONTROLS}]`, "g");

/** Text with the replacement character for each bidirectional control, as on a terminal: no id turns others around. */
export function readable(text: string): string {
  return text.replace(TURNING, "\ufffd");
}

/** What is written from right to left: Hebrew to Arabic, their forms, and the scripts that Unicode keeps such blocks for. */
const LEFTWARD =
  "[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]";
/** Words of it, with what stands between them or is written on to the last: "…-0", not "… 0", whose 0 may be the sentence's. */
const RUN = new RegExp(`(${LEFTWARD}+(?:[ \\d_./-]*${LEFTWARD}+)*(?:[_./-]?\\d)*)`, "u");

/**
 * A text in parts, of which every second is written from right to left. Such a part is to be isolated (`<bdi>`): beside it
 * the numbers of a sentence would be read as its own, and change places with it. A text with no other letters is one such part.
 *
 * @example
 * ```ts
 * import { isolated } from "./markup.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(isolated("group \u05d0-0: 2 of 9"), ["group ", "\u05d0-0", ": 2 of 9"]);
 * ```
 */
export function isolated(text: string): string[] {
  const parts = text.split(RUN);
  const isWhole = parts.length > 1 && !parts.some((part, i) => i % 2 === 0 && /\p{L}/u.test(part));
  return isWhole ? ["", text, ""] : parts;
}

/** Text with the characters that mean something in HTML escaped, for content and quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
