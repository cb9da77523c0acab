/**
 * The layout of the help: options in a narrow column, long ones on a line of their own; after the description the choices and
 * the default.
 *
 * @module
 */
import type { Argument, Help, Option } from "../../deps/commander.ts";
import { capitalized } from "../../report/words.ts";
import { DivvyOption } from "./option_kinds.ts";

/** Widest term that shares a line with its description. */
const TERM = 26;

/** Overrides of commander's help. */
export const helpLayout: Partial<Help> & ThisType<Help> = {
  styleTitle: (title) => `\x1b[1m${title}\x1b[22m`,
  padWidth: () => TERM,
  commandDescription: (command) => paragraphs(command.description()),
  optionDescription,
  argumentDescription: describeArgument,
  formatItem(term, termWidth, description, helper): string {
    const indent = "  ";
    const room = (helper.helpWidth ?? 80) - termWidth - 2 * indent.length;
    const lines = helper.boxWrap(description, room).split("\n");
    const hanging = "\n" + " ".repeat(termWidth + 2 * indent.length);
    const width = helper.displayWidth(term);
    const lead = width > termWidth ? term + hanging : term + " ".repeat(termWidth - width) + indent;
    return `${indent}${description === "" ? term : lead + lines.join(hanging)}`;
  },
};

/** A description as text: a capital, a full stop, and no line breaks but those between paragraphs. */
export function paragraphs(description: string): string {
  const text = capitalized(description).replaceAll(/(?<!\n)\n(?!\n)/g, " ");
  return text.endsWith(".") ? text : `${text}.`;
}

function optionDescription(option: Option): string {
  const [description, inWords] = defaultInWords(option);
  return withFacts(description, [
    option.argChoices?.join(", "),
    option instanceof DivvyOption ? option.needInWords : undefined,
    inWords === undefined ? defaultText(option) : `default: ${inWords}`,
  ]);
}

/** An option's description without the default that it says itself at its end, `… (default: 42)`, and that default. */
export function defaultInWords({ description }: Option): [string, string?] {
  const found = /^(.+) \(default: ([^()]+)\)$/s.exec(description);
  return found === null ? [description] : [found[1], found[2]];
}

function describeArgument(argument: Argument): string {
  return withFacts(argument.description, [argument.argChoices?.join(", ")]);
}

function defaultText(option: Option): string | undefined {
  const { defaultValue, defaultValueDescription } = option;
  if (defaultValue === undefined) return undefined;
  if (typeof defaultValue === "boolean") return "the default";
  return `default: ${defaultValueDescription ?? defaultValue}`;
}

function withFacts(description: string, facts: (string | undefined)[]): string {
  const known = facts.filter((fact) => fact !== undefined);
  return known.length === 0 ? description : `${description} (${known.join("; ")})`;
}
