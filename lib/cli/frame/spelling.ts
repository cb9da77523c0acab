/**
 * The replaced tools' spellings of options.
 *
 * @module
 */

/**
 * Arguments with the replaced tools' spellings of options turned into Divvy's: `--user_groups` becomes `--user-groups`,
 * `-absolute` becomes `--absolute`. Values are not changed.
 */
export function spelledOut(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((arg, i) => {
    if (end >= 0 && i >= end) return arg;
    if (arg === "-absolute") return "--absolute";
    const name = /^--[a-z0-9_-]+(?==|$)/.exec(arg)?.[0];
    return name === undefined ? arg : name.replaceAll("_", "-") + arg.slice(name.length);
  });
}
