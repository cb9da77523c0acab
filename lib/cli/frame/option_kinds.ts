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

/** An option without a value; `--no-x` flags too. */
export function flag<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, boolean>> {
  return new DivvyOption<Given<Flags, boolean>>(flags, description, { type: "flag" });
}

/** An option whose value is any text. */
export function text<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string>> {
  return new DivvyOption<Given<Flags, string>>(flags, description, { type: "text" });
}

/** An option that may be given several times; its values are collected in an array. */
export function texts<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string[]>> {
  const option = new DivvyOption<Given<Flags, string[]>>(flags, description, { type: "texts" });
  option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** An option whose value names a file. */
export function file<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string>> {
  return neverEmpty(
    new DivvyOption<Given<Flags, string>>(flags, description, { type: "file" }),
    "a file",
  );
}

/** An option that names several files, which are collected in an array. */
export function files<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string[]>> {
  const option = new DivvyOption<Given<Flags, string[]>>(flags, description, { type: "files" });
  option.argParser((value: string, before: string[] | undefined) => {
    if (value === "") fail(option, value, "a file");
    return [...(before ?? []), value];
  });
  return option;
}

/** An option whose value names a file of limits; a configuration file may have a list of limits instead. */
export function limitsFile<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string>> {
  return neverEmpty(
    new DivvyOption<Given<Flags, string>>(flags, description, { type: "limits" }),
    "a file",
  );
}

/** An option whose value names a folder. */
export function folder<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string>> {
  return neverEmpty(
    new DivvyOption<Given<Flags, string>>(flags, description, { type: "folder" }),
    "a folder",
  );
}

/** Refuses an empty path, which an unset variable in a script makes, and which would mean the current folder or nothing. */
function neverEmpty<Values>(option: DivvyOption<Values>, expected: string): DivvyOption<Values> {
  option.argParser((value: string) => value === "" ? fail(option, value, expected) : value);
  return option;
}

/** An option whose value is one of a few words. */
export function choice<const Flags extends string, const Choice extends string>(
  flags: Flags,
  description: string,
  choices: readonly Choice[],
): DivvyOption<Given<Flags, Choice>> {
  const option = new DivvyOption<Given<Flags, Choice>>(flags, description, {
    type: "choice",
    choices,
  });
  option.choices(choices);
  // Meanings may be part of the description: "uniform: one type per user; coverage: caps only".
  for (const [, names, note] of description.matchAll(/(?:^|; )([\w, -]+?): ([^;]+)/g)) {
    for (const name of names.split(/,| and /)) option.choiceNotes[name.trim()] = note;
  }
  option.argParser((value: string) => {
    if (!(choices as readonly string[]).includes(value)) {
      fail(option, value, `one of ${choices.join(", ")}`);
    }
    return value;
  });
  return option;
}

/** An option whose value is a number in a range. */
export function number<const Flags extends string>(
  flags: Flags,
  description: string,
  range: NumberRange = {},
): DivvyOption<Given<Flags, number>> {
  const option = new DivvyOption<Given<Flags, number>>(flags, description, {
    type: "number",
    range,
  });
  option.argParser((value: string) => {
    const parsed = parseNumber(value, range);
    return parsed ?? fail(option, value, rangeText(range));
  });
  return option;
}

/** An option whose value is a step: a number above 0, or a fraction such as 1/3. */
export function step<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, number | string>> {
  const kind: ValueKind = { type: "step" };
  const option = new DivvyOption<Given<Flags, number | string>>(flags, description, kind);
  option.argParser((value: string) => {
    const isFraction = value.includes("/");
    const parsed = isFraction ? value : parseNumber(value, STEP_RANGE);
    if (isOfKind(parsed, kind)) return parsed;
    fail(option, value, isFraction ? "a fraction such as 1/3" : rangeText(STEP_RANGE));
  });
  return option;
}

const STEP_RANGE: NumberRange = { min: 0, above: true, max: 1e100 };

/** An option whose value is text of a kind. */
function textOfKind<const Flags extends string>(
  flags: Flags,
  description: string,
  kind: ValueKind,
  expected: string = kindText(kind),
): DivvyOption<Given<Flags, string>> {
  const option = new DivvyOption<Given<Flags, string>>(flags, description, kind);
  option.argParser((value: string) =>
    isOfKind(value, kind) ? value : fail(option, value, expected)
  );
  return option;
}

/** An option whose value is a whole number, or a share of all: 500, 5%. */
export function countOrShare<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string>> {
  return textOfKind(
    flags,
    description,
    { type: "count_or_share" },
    "a whole number ≥ 0, or a share: 5%",
  );
}

/** An option whose value is a share below 100 %: 5%. */
export function share<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string>> {
  return textOfKind(flags, description, { type: "share" }, "a share below 100 %: 5%");
}

/** An option whose value is a date or time: 2025-08-14. */
export function date<const Flags extends string>(
  flags: Flags,
  description: string,
): DivvyOption<Given<Flags, string>> {
  return textOfKind(flags, description, { type: "date" });
}

/** An option whose value is a list of numbers with commas between them; nothing: none. */
export function numbers<const Flags extends string>(
  flags: Flags,
  description: string,
  range: NumberRange,
): DivvyOption<Given<Flags, number[]>> {
  const option = new DivvyOption<Given<Flags, number[]>>(flags, description, {
    type: "numbers",
    range,
  });
  option.argParser((value: string) =>
    value.trim() === "" ? [] : value.split(",").map((part) =>
      parseNumber(part.trim(), range) ??
        fail(option, value, `${rangeText(range)}, or several with commas between them`)
    )
  );
  return option;
}

/** The number that a text says in decimal digits, without blanks around them; undefined where it says none of the range. */
function parseNumber(text: string, range: NumberRange): number | undefined {
  const value = text === text.trim() ? decimalOf(text) : NaN;
  return inRange(value, range) ? value : undefined;
}

function fail(option: DivvyOption, value: string, expected: string): never {
  throw new UsageError(`${option.long ?? option.short} is ${quote(value)}, expected ${expected}`);
}
