/**
 * The manual: a page per command in Markdown, made from the commands themselves.
 *
 * @module
 */
import type { Argument, Option } from "../../deps/commander.ts";
import type { DivvyCommand } from "./command.ts";
import { DivvyOption } from "./option_kinds.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { defaultInWords, paragraphs } from "./help_layout.ts";

/** Pages by file name: `README.md`, the index, and one for each command that the help shows. */
export function manualPages(program: DivvyCommand): Map<string, string> {
  const commands = shown(program);
  const pages = new Map([["README.md", index(program, commands)]]);
  for (const command of commands) pages.set(`${command.name()}.md`, page(command));
  return pages;
}

const MADE = "<!-- Made from the commands by `deno task docs:cli`. -->\n";

function shown(program: DivvyCommand): DivvyCommand[] {
  return program.createHelp().visibleCommands(program)
    .filter((command) => command.name() !== "help") as DivvyCommand[];
}

function index(program: DivvyCommand, commands: readonly DivvyCommand[]): string {
  const rows = commands.map((command) =>
    `| [divvy ${command.name()}](${command.name()}.md) | ${escaped(command.summary())} |`
  );
  const codes = EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `${MADE}
# divvy

${program.description()}

| command | what it does |
| --- | --- |
${rows.join("\n")}

\`divvy --version\` shows the version, \`divvy help COMMAND\` or \`divvy COMMAND --help\` a command's options.
Options may be spelled with dashes or, as the replaced tool has them, with underscores.

| exit code | meaning |
| --- | --- |
${codes.join("\n")}
`;
}

function page(command: DivvyCommand): string {
  const help = command.createHelp();
  const usage = `divvy ${command.name()} ${command.usage()}`;
  const groups = Map.groupBy(
    help.visibleOptions(command),
    (option) => option.helpGroupHeading ?? "Options:",
  );
  const parts = [
    `${MADE}\n# divvy ${command.name()}`,
    escaped(paragraphs(command.description())),
    `\`\`\`sh\n${usage}\n\`\`\``,
    ...argumentTable(help.visibleArguments(command)),
    ...[...groups].map(([heading, options]) =>
      `## ${heading.replace(/:$/, "")}\n\n${optionTable(options)}`
    ),
    ...examples(command),
  ];
  return `${parts.join("\n\n")}\n`;
}

function argumentTable(found: Argument[]): string[] {
  if (found.length === 0) return [];
  const rows = found.map((argument) => {
    const choices = argument.argChoices === undefined ? "" : `: ${argument.argChoices.join(", ")}`;
    return `| \`${argument.name()}\` | ${escaped(argument.description + choices)} |`;
  });
  return [`| argument | |\n| --- | --- |\n${rows.join("\n")}`];
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map((option) => {
    const [description, inWords] = defaultInWords(option);
    return `| \`${option.flags.replaceAll("|", "\\|")}\` | ${
      escaped(description + choicesOf(option))
    } | ${escaped(inWords ?? defaultOf(option))} |`;
  });
  return `| option | what it does | default |\n| --- | --- | --- |\n${rows.join("\n")}`;
}

function choicesOf({ argChoices }: Option): string {
  return argChoices === undefined ? "" : ` (${argChoices.join(", ")})`;
}

function defaultOf(option: Option): string {
  const need = option instanceof DivvyOption ? option.needInWords : undefined;
  if (need !== undefined) return need;
  const { defaultValue, defaultValueDescription } = option;
  if (defaultValue === undefined) return "";
  return typeof defaultValue === "boolean" ? "on" : `${defaultValueDescription ?? defaultValue}`;
}

function examples(command: DivvyCommand): string[] {
  if (command.examples.length === 0) return [];
  const lines = command.examples.map(({ what, line }) =>
    `${what}${/[.?!]$/.test(what) ? "" : ":"}\n\n\`\`\`sh\n${
      line.replaceAll("\n      ", "\n  ")
    }\n\`\`\``
  );
  return ["## Examples", ...lines];
}

function escaped(text: string): string {
  return text.replace(/[<>|*]/g, (sign) => `\\${sign}`);
}
