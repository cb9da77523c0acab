/**
 * Options of the command line. Each describes its values once, for the parser and its one-line errors, the help, the shell
 * completions, the configuration file and its JSON Schema.
 *
 * @module
 */
import { type Command, Option } from "../../deps/commander.ts";
import { quote, UsageError } from "../../base/errors.ts";
import {
  inRange,
  isOfKind,
  type NumberRange,
  rangeText,
  type ValueKind,
} from "../../base/value_kind.ts";

/** An option with the kind of its values. */
export class DivvyOption extends Option {
  /** Kind of its values. */
  readonly kind: ValueKind;
  /** Whether it is required, on the command line or in the configuration file. */
  mustBeGiven = false;
  /** Another option, by attribute name, that makes this one unnecessary, if it has one of these values (none: any value). */
  unless: { readonly option: string; readonly values: readonly unknown[] } | undefined;
  /**
   * Its name at the top of a configuration file, where options hold for every command; undefined: its own name; null: it can be
   * set in the command's own section only.
   */
  commonName: string | null | undefined;
  /** Whether it is accepted only because the replaced tools had it, and has no effect. */
  noEffect = false;

  /** An option with commander's flags (`-k, --name <value>`), a description, and the kind of its values. */
  constructor(flags: string, description: string, kind: ValueKind) {
    super(flags, description);
    this.kind = kind;
  }

  /** Marks the option as required. */
  needed(): this {
    this.mustBeGiven = true;
    return this;
  }

  /** Marks the option as required unless another one is given, or has one of certain values. */
  neededUnless(option: string, ...values: readonly unknown[]): this {
    this.unless = { option, values };
    return this.needed();
  }

  /** Whether another option of the command makes this one unnecessary. */
  isReplaced(command: Command): boolean {
    if (this.unless === undefined) return false;
    const { option, values } = this.unless, given: unknown = command.getOptionValue(option);
    return given !== undefined && (values.length === 0 || values.includes(given));
  }

  /** Sets {@link commonName}. */
  commonlyNamed(name: string | null): this {
    this.commonName = name;
    return this;
  }

  /** Meanings of its choices, for shells that show them. */
  choiceNotes: Record<string, string> = {};

  /** Adds meanings of its choices. */
  explained(notes: Readonly<Record<string, string>>): this {
    Object.assign(this.choiceNotes, notes);
    return this;
  }

  /** Marks the option as accepted but without effect; its description says why. */
  withoutEffect(): this {
    this.noEffect = true;
    return this;
  }

  /** The option's name in configuration files: snake_case, as in all of Divvy's files. */
  configName(): string {
    return this.attributeName().replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

/** An option without a value; `--no-x` flags too. */
export function flag(flags: string, description: string): DivvyOption {
  return new DivvyOption(flags, description, { type: "flag" });
}

/** An option whose value is any text. */
export function text(flags: string, description: string): DivvyOption {
  return new DivvyOption(flags, description, { type: "text" });
}

/** An option that may be given several times; its values are collected in an array. */
export function texts(flags: string, description: string): DivvyOption {
  const option = new DivvyOption(flags, description, { type: "texts" });
  option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** An option whose value names a file. */
export function file(flags: string, description: string): DivvyOption {
  return neverEmpty(new DivvyOption(flags, description, { type: "file" }), "a file");
}

/** An option that names several files, which are collected in an array. */
export function files(flags: string, description: string): DivvyOption {
  const option = new DivvyOption(flags, description, { type: "files" });
  option.argParser((value: string, before: string[] | undefined) => {
    if (value === "") fail(option, value, "a file");
    return [...(before ?? []), value];
  });
  return option;
}

/** An option whose value names a file of limits; a configuration file may have a list of limits instead. */
export function limitsFile(flags: string, description: string): DivvyOption {
  return neverEmpty(new DivvyOption(flags, description, { type: "limits" }), "a file");
}

/** An option whose value names a folder. */
export function folder(flags: string, description: string): DivvyOption {
  return neverEmpty(new DivvyOption(flags, description, { type: "folder" }), "a folder");
}

/** Refuses an empty path, which an unset variable in a script makes, and which would mean the current folder or nothing. */
function neverEmpty(option: DivvyOption, expected: string): DivvyOption {
  option.argParser((value: string) => value === "" ? fail(option, value, expected) : value);
  return option;
}

/** An option whose value is one of a few words. */
export function choice(
  flags: string,
  description: string,
  choices: readonly string[],
): DivvyOption {
  const option = new DivvyOption(flags, description, { type: "choice", choices });
  option.choices(choices);
  // Meanings may be part of the description: "uniform: one type per user; coverage: caps only".
  for (const [, names, note] of description.matchAll(/(?:^|; )([\w, -]+?): ([^;]+)/g)) {
    for (const name of names.split(/,| and /)) option.choiceNotes[name.trim()] = note;
  }
  option.argParser((value: string) => {
    if (!choices.includes(value)) fail(option, value, `one of ${choices.join(", ")}`);
    return value;
  });
  return option;
}

/** An option whose value is a number in a range. */
export function number(
  flags: string,
  description: string,
  range: NumberRange = {},
): DivvyOption {
  const option = new DivvyOption(flags, description, { type: "number", range });
  option.argParser((value: string) => {
    const parsed = parseNumber(value, range);
    return parsed ?? fail(option, value, rangeText(range));
  });
  return option;
}

/** An option whose value is a step: a number above 0, or a fraction such as 1/3. */
export function step(flags: string, description: string): DivvyOption {
  const kind: ValueKind = { type: "step" };
  const option = new DivvyOption(flags, description, kind);
  option.argParser((value: string) => {
    const isFraction = value.includes("/");
    const parsed = isFraction ? value : parseNumber(value, STEP_RANGE);
    if (isOfKind(parsed, kind)) return parsed;
    fail(option, value, isFraction ? "a fraction such as 1/3" : rangeText(STEP_RANGE));
  });
  return option;
}

const STEP_RANGE: NumberRange = { min: 0, above: true, max: 1e100 };

/** An option whose value is a whole number, or a share of all: 500, 5%. */
export function countOrShare(flags: string, description: string): DivvyOption {
  const kind: ValueKind = { type: "count_or_share" };
  const option = new DivvyOption(flags, description, kind);
  option.argParser((value: string) =>
    isOfKind(value, kind) ? value : fail(option, value, "a whole number ≥ 0, or a share: 5%")
  );
  return option;
}

/** An option whose value is a share below 100 %: 5%. */
export function share(flags: string, description: string): DivvyOption {
  const kind: ValueKind = { type: "share" };
  const option = new DivvyOption(flags, description, kind);
  option.argParser((value: string) =>
    isOfKind(value, kind) ? value : fail(option, value, "a share below 100 %: 5%")
  );
  return option;
}

/** An option whose value is a list of numbers with commas between them. */
export function numbers(
  flags: string,
  description: string,
  range: NumberRange = {},
): DivvyOption {
  const option = new DivvyOption(flags, description, { type: "numbers", range });
  option.argParser((value: string) =>
    value.split(",").map((part) =>
      parseNumber(part.trim(), range) ??
        fail(option, value, `${rangeText(range)}, or several with commas between them`)
    )
  );
  return option;
}

/** Decimal notation only: no hexadecimal, no Infinity, no blanks. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function parseNumber(text: string, range: NumberRange): number | undefined {
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return inRange(value, range) ? value : undefined;
}

function fail(option: Option, value: string, expected: string): never {
  throw new UsageError(`${option.long ?? option.short} is ${quote(value)}, expected ${expected}`);
}
