/**
 * Kinds of options of the command line. Each describes its values once, for the parser and its one-line errors, the help, the
 * shell completions, the configuration file and its JSON Schema.
 *
 * @module
 */
import { flagOf } from "../../base/option_words.ts";
import { snakeCase } from "../../base/text/snake_case.ts";
import { type Command, Option } from "../../deps/commander.ts";
import { decimalOf } from "../../base/numbers/decimal_text.ts";
import { quote, UsageError } from "../../base/errors.ts";
import {
  inRange,
  isOfKind,
  kindText,
  type NumberRange,
  rangeText,
  type ValueKind,
} from "../../base/value_kind.ts";

/** `userGroups` of `user-groups`. */
type Camel<Name> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

/** `user-groups` of `-u, --user-groups <file>`, and of `--no-user-groups`. */
type LongOf<Flags> = Flags extends `${string}--no-${infer Rest}` ? FirstWord<Rest>
  : Flags extends `${string}--${infer Rest}` ? FirstWord<Rest>
  : never;

type FirstWord<Text> = Text extends `${infer Word} ${string}` ? Word : Text;

/** A value by the option's name. */
type Named<Flags, Value> = { readonly [Name in Camel<LongOf<Flags>> & string]: Value };

/**
 * What commander gives for an option: nothing if it is not given and has no default. `x` is true if only `--no-x` is there and is not
 * given; where there is `--x` too, that one has the default.
 */
type Given<Flags, Value> = Flags extends `${string}--no-${string}` ? Named<Flags, Value>
  : Partial<Named<Flags, Value>>;

/** The same for an option that always has a value. */
type Always<Values> = { readonly [Name in keyof Values]-?: Exclude<Values[Name], undefined> };

/** The values of several options together. */
export type ValuesOf<Options> = (
  Options extends DivvyOption<infer Values> ? (values: Values) => void : never
) extends (values: infer All) => void ? All : never;

/** The values of the options that a function declares. */
export type ValuesFrom<Declare extends (...given: never[]) => readonly DivvyOption[]> = ValuesOf<
  ReturnType<Declare>[number]
>;

/** Commander's class without a method that {@link DivvyOption} declares with the type of its values. */
const CommanderOption = Option as unknown as new (
  flags: string,
  description: string,
) => Omit<Option, "default">;

/** An option with the kind of its values; `Values` is what a command gets of it. */
export class DivvyOption<Values = unknown> extends CommanderOption {
  /** Sets a default; the option always has a value then. */
  declare default: (value: unknown, description?: string) => DivvyOption<Always<Values>>;
  /** Only a type. */
  declare readonly values?: Values;
  /** Kind of its values. */
  readonly kind: ValueKind;
  /** Whether it is required, on the command line or in the configuration file. */
  mustBeGiven = false;
  /** Another option, by attribute name, that makes this one unnecessary, if it has one of these values (none: any value). */
  unless: { readonly option: string; readonly values: readonly unknown[] } | undefined;
  /** Whether a drop's folder (`--dir`) may give it too, so that it is needed only without one. */
  isInFolder = false;
  /**
   * Another option, by attribute name, that a message names as one to give in its place, and whether the command, by its name and
   * values, can do without this one. If it is given nevertheless it counts.
   */
  spare: {
    readonly option: string;
    readonly goesWithout: (command: string, values: Record<string, unknown>) => boolean;
  } | undefined;
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
  needed(): DivvyOption<Always<Values>> {
    this.mustBeGiven = true;
    return this as unknown as DivvyOption<Always<Values>>;
  }

  /** Marks the option as required unless the drop's folder has what it names. */
  neededWithoutFolder(): DivvyOption<Always<Values>> {
    this.isInFolder = true;
    return this.needed();
  }

  /** Marks the option as required, unless the drop's folder has what it names or {@link spare} says that none is needed. */
  neededWithoutFolderOr(
    option: string,
    goesWithout: NonNullable<DivvyOption["spare"]>["goesWithout"],
  ): this {
    this.spare = { option, goesWithout };
    this.isInFolder = true;
    this.mustBeGiven = true;
    return this;
  }

  /** Marks the option as required unless another one is given, or has one of certain values. */
  neededUnless(option: string, ...values: readonly unknown[]): this {
    this.unless = { option, values };
    this.mustBeGiven = true;
    return this;
  }

  /** Whether it must be given, in words; undefined where it need not. */
  get needInWords(): string | undefined {
    if (!this.mustBeGiven) return undefined;
    const others = this.isInFolder ? ["--dir"] : [];
    if (this.unless !== undefined) {
      const { option, values } = this.unless, long = flagOf(option);
      others.push(values.length === 0 ? long : `${long} ${values.join(", ")}`);
    }
    if (this.spare !== undefined) others.push(flagOf(this.spare.option));
    return others.length === 0 ? "needed" : `needed without ${others.join(" or ")}`;
  }

  /** Its long name, with the option that may be given in its place, if there is one. */
  get longOrOther(): string {
    const other = this.unless?.values.length === 0 ? this.unless.option : this.spare?.option;
    return other === undefined ? this.long! : `${this.long} (or ${flagOf(other)})`;
  }

  /** Whether another option of the command makes this one unnecessary. */
  isReplaced(command: Command): boolean {
    if (this.unless === undefined) return false;
    const { option, values } = this.unless, given: unknown = command.getOptionValue(option);
    return given !== undefined && (values.length === 0 || values.includes(given));
  }

  /** Whether it must be given and is not: no other option makes it unnecessary. */
  isMissing(command: Command): boolean {
    return this.mustBeGiven && !this.isReplaced(command) &&
      command.getOptionValue(this.attributeName()) === undefined &&
      this.spare?.goesWithout(command.name(), command.opts()) !== true;
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
    return snakeCase(this.attributeName());
  }
}

/** Declares an option by its flags and a description. */
type Declare<Value> = <const Flags extends string>(
  flags: Flags,
  description: string,
) => DivvyOption<Given<Flags, Value>>;

/** The value that a text on the command line is; `before` are the values of the texts before it. */
type Read<Value> = (text: string, option: DivvyOption, before: Value | undefined) => Value;

/** An option of a kind; without `read` its value is what commander makes of it. */
function optionOf<const Flags extends string, Value>(
  flags: Flags,
  description: string,
  kind: ValueKind,
  read?: Read<Value>,
): DivvyOption<Given<Flags, Value>> {
  const option = new DivvyOption<Given<Flags, Value>>(flags, description, kind);
  if (read !== undefined) {
    option.argParser((text: string, before: Value | undefined) => read(text, option, before));
  }
  return option;
}

/** A function that declares options of a kind. */
function optionsOf<Value>(kind: ValueKind, read?: Read<Value>): Declare<Value> {
  return (flags, description) => optionOf(flags, description, kind, read);
}

/** Refuses an empty path, which an unset variable in a script makes, and which would mean the current folder or nothing. */
function notEmpty(expected: string) {
  return (text: string, option: DivvyOption) => text === "" ? fail(option, text, expected) : text;
}

/** The same for each of several. */
const notEmptyFile = notEmpty("a file");

/** Refuses what is no text of a kind. */
function textOf(kind: ValueKind, expected: string = kindText(kind)): Declare<string> {
  return optionsOf(
    kind,
    (text, option) => isOfKind(text, kind) ? text : fail(option, text, expected),
  );
}

/** An option without a value; `--no-x` flags too. */
export const flag = optionsOf<boolean>({ type: "flag" });
/** An option whose value is any text. */
export const text = optionsOf<string>({ type: "text" });
/** An option that may be given several times; its values are collected in an array. */
export const texts = optionsOf<string[]>(
  { type: "texts" },
  (text, _, before = []) => [...before, text],
);
/** An option whose value names a file. */
export const file = optionsOf<string>({ type: "file" }, notEmptyFile);
/** An option that names several files, which are collected in an array. */
export const files = optionsOf<string[]>(
  { type: "files" },
  (text, option, before = []) => [...before, notEmptyFile(text, option)],
);
/** An option whose value names a file of limits; a configuration file may have a list of limits instead. */
export const limitsFile = optionsOf<string>({ type: "limits" }, notEmptyFile);
/** An option whose value names a folder. */
export const folder = optionsOf<string>({ type: "folder" }, notEmpty("a folder"));
/** An option whose value is a whole number, or a share of all: 500, 5%. */
export const countOrShare = textOf(
  { type: "count_or_share" },
  "a whole number ≥ 0, or a share: 5%",
);
/** An option whose value is a share below 100 %: 5%. */
export const share = textOf({ type: "share" }, "a share below 100 %: 5%");
/** An option whose value is a date or time: 2025-08-14. */
export const date = textOf({ type: "date" });

const STEP_RANGE: NumberRange = { min: 0, above: true, max: 1e100 };

/** An option whose value is a step: a number above 0, or a fraction such as 1/3. */
export const step = optionsOf<number | string>({ type: "step" }, (text, option) => {
  const isFraction = text.includes("/");
  const parsed = isFraction ? text : parseNumber(text, STEP_RANGE);
  return isOfKind(parsed, { type: "step" })
    ? parsed!
    : fail(option, text, isFraction ? "a fraction such as 1/3" : rangeText(STEP_RANGE));
});

/** An option whose value is one of a few words. */
export function choice<const Flags extends string, const Choice extends string>(
  flags: Flags,
  description: string,
  choices: readonly Choice[],
): DivvyOption<Given<Flags, Choice>> {
  const option = optionOf<Flags, Choice>(
    flags,
    description,
    { type: "choice", choices },
    (text, option) =>
      choices.find((word) => word === text) ??
        fail(option, text, `one of ${choices.join(", ")}`),
  );
  // Only for the help: commander would set a parser of its own.
  option.argChoices = [...choices];
  // Meanings may be part of the description: "uniform: one type per user; coverage: caps only".
  for (const [, names, note] of description.matchAll(/(?:^|; )([\w, -]+?): ([^;]+)/g)) {
    for (const name of names.split(/,| and /)) option.choiceNotes[name.trim()] = note;
  }
  return option;
}

/** An option whose value is a number in a range. */
export function number<const Flags extends string>(
  flags: Flags,
  description: string,
  range: NumberRange = {},
): DivvyOption<Given<Flags, number>> {
  return optionOf(
    flags,
    description,
    { type: "number", range },
    (text, option) => parseNumber(text, range) ?? fail(option, text, rangeText(range)),
  );
}

/** An option whose value is a list of numbers with commas between them; nothing: none. */
export function numbers<const Flags extends string>(
  flags: Flags,
  description: string,
  range: NumberRange,
): DivvyOption<Given<Flags, number[]>> {
  const expected = `${rangeText(range)}, or several with commas between them`;
  return optionOf(flags, description, { type: "numbers", range }, (text, option) => {
    const parts = text.trim() === "" ? [] : text.split(",");
    return parts.map((part) => parseNumber(part.trim(), range) ?? fail(option, text, expected));
  });
}

/** The number that a text says in decimal digits, without blanks around them; undefined where it says none of the range. */
function parseNumber(text: string, range: NumberRange): number | undefined {
  const value = text === text.trim() ? decimalOf(text) : NaN;
  return inRange(value, range) ? value : undefined;
}

function fail(option: DivvyOption, value: string, expected: string): never {
  throw new UsageError(`${option.long ?? option.short} is ${quote(value)}, expected ${expected}`);
}
