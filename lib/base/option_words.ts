/**
 * How messages name options: as programs write them, or as flags where the command line runs.
 *
 * @module
 */

let isCommandLine = false;

/** From now on messages name options as flags; the command line calls this when it starts. */
export function nameOptionsAsFlags(): void {
  isCommandLine = true;
}

/**
 * An option's name in a message: `defaultRatio`, or on the command line `--default-ratio`.
 *
 * @example
 * ```ts
 * import { optionInWords } from "./option_words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(optionInWords("defaultRatio"), "defaultRatio");
 * ```
 */
export function optionInWords(name: string): string {
  return isCommandLine ? flagOf(name) : name;
}

/**
 * An option as a flag.
 *
 * @example
 * ```ts
 * import { flagOf } from "./option_words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(["defaultRatio", "k"].map(flagOf), ["--default-ratio", "-k"]);
 * ```
 */
export function flagOf(name: string): string {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return flag.length === 1 ? `-${flag}` : `--${flag}`;
}

/**
 * An option and its value in a message, as one would write it: `decimal: ","`, or on the command line `--decimal ,`.
 *
 * @example
 * ```ts
 * import { optionWithValue } from "./option_words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(optionWithValue("decimal", ","), 'decimal: ","');
 * assertEquals(optionWithValue("columns", { score: "Points" }), 'columns: { score: "Points" }');
 * ```
 */
export function optionWithValue(
  name: string,
  value: string | Readonly<Record<string, string>>,
): string {
  if (typeof value === "string") {
    return isCommandLine ? `${optionInWords(name)} ${value}` : `${name}: ${JSON.stringify(value)}`;
  }
  const entries = Object.entries(value);
  if (!isCommandLine) {
    const fields = entries.map(([key, text]) => `${keyText(key)}: ${JSON.stringify(text)}`);
    return `${name}: { ${fields.join(", ")} }`;
  }
  const list = entries.map((pair) => pair.join("=")).join(",");
  return `${optionInWords(name)} ${/^[\w=,.-]+$/.test(list) ? list : JSON.stringify(list)}`;
}

/**
 * An option whose name in programs is not its flag's: as programs write it, or on the command line the flag.
 *
 * @example
 * ```ts
 * import { optionOrFlag } from "./option_words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(optionOrFlag("limits.line", "--max-line"), "limits.line");
 * ```
 */
export function optionOrFlag(option: string, flag: string): string {
  return isCommandLine ? flag : option;
}

/** What lets a server be silent for longer: a limit of time in its address, `idle_timeout=S`, or on the command line the flag. */
export function waitsLonger(limit: "connect" | "idle"): string {
  return `${
    optionOrFlag(`${limit}_timeout=S in its address`, `--${limit}-timeout S`)
  } waits longer`;
}

/** A key as programs write it. */
function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
