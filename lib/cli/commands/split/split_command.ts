/**
 * `divvy split`: units and their price divided among people.
 *
 * @module
 */
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { formatOption } from "../../frame/table_outputs.ts";
import { choice, file, flag, number, step, text } from "../../frame/option_kinds.ts";
import { dialectOptions, limitOptions } from "../../frame/options/table_options.ts";

/** The values of `--method`: a copy of the names in the registry, which is not loaded for help. A test compares both. */
export const METHOD_NAMES = [
  "woptim",
  "max-min",
  "proportional",
  "webster",
  "dhondt",
  "huntington-hill",
  "hamilton",
] as const;

/** Ranges of options: numbers above 0, and numbers from 0. */
const positive = { min: 0, above: true, max: 1e100 }, amount = { min: 0, max: 1e100 };

/** Defines `divvy split`. */
export function splitCommand(): DivvyCommand {
  return new DivvyCommand("split", "divide units, and their price, among people")
    .description(
      "Divide units, and their price, among people who each name an interval and a\n" +
        "target, with the least discontent. A bound that is blank, null, inf or ∞ is open.\n" +
        "Takes woptim's problem files, and its " +
        "command line with only the name changed.",
    )
    .helpGroup("Splits:")
    .optionsUnder("Input:", input())
    .optionsUnder("What is best:", [
      choice(
        "--method <name>",
        "woptim: least discontent; max-min and proportional: fair shares; the others: seats " +
          "(docs/split.md)",
        METHOD_NAMES,
      ).default("woptim"),
      number(
        "--gamma <x>",
        "weight of missing the target; missing the interval has weight 1",
        positive,
      ).default(0.2),
      number("--t-min <x>", "targets and bounds below this weigh as much as this", positive)
        .default(0.5),
      flag("--absolute", "misses count in units, not in proportion (also -absolute)"),
      flag("--allow-negative", "let units fall below 0 where the total is too low"),
      step("--step <s>", "units in whole multiples of this: 1, 0.5, 0.01, 1/3, …"),
      flag("--leftover", "where the total is no whole number of steps, leave the rest undivided"),
      number(
        "--change-weight <x>",
        "weight of changing a person's amount of last time (column previous)",
        amount,
      ).default(0),
      number("--currency-digits <n>", "decimal places of payments", { min: 0, max: 8, whole: true })
        .default(2),
      number("--coin <c>", "smallest coin of payments in cash, such as 0.05", positive),
    ])
    .optionsUnder("Outputs:", outputs())
    .withConfig()
    .example("Who gets how many, and pays what", "divvy split -i example.json")
    .example("In whole slices, as CSV", "divvy split -i example.json --step 1 --out split.csv")
    .example(
      "Seats in proportion to votes (the column target)",
      "divvy split -i votes.csv --total 435 --method huntington-hill",
    )
    .example(
      "As the total moves, with a picture",
      "divvy split -i example.json --totals 60..80:5 --html curve.html",
    )
    .example("Why ben gets no more", "divvy split -i pizza.csv --total 13 --step 1 --explain ben")
    .example(
      "People from a spreadsheet",
      "divvy split -i people.csv --total 70 --price 10 --json",
    )
    .example(
      "Several goods, for people with a column good",
      "divvy split -i wishes.csv --goods goods.csv --out split.csv",
    )
    .runs(async (options, _, given) => (await import("./split_run.ts")).runSplit(options, given));
}

/** Options of the problem. */
function input() {
  return [
    file(
      "-i, --input <file>",
      "the problem: JSON (comments allowed), or people as CSV, JSON Lines or Excel (.xlsx); " +
        "- for standard input",
    ),
    number("--total <n>", "units to divide, in place of the file's; a table has none", amount),
    number("--price <n>", "price of all units, in place of the file's; below 0: a refund", {
      min: -1e100,
      max: 1e100,
    }),
    text(
      "--totals <list>",
      "split several totals: 60..80:5 by fives, 60,65,70, or 60..80 for all at which something bends",
    ),
    file("--groups <file>", "groups of people, a table: name, lower, upper, target, weight, group"),
    file("--goods <file>", "several goods in one run, a table: name, total, price"),
    flag("--schema", "print the JSON Schema of the input and do nothing else"),
    ...dialectOptions({ columns: false }),
    ...limitOptions({ wholeOnly: true }),
  ];
}

/** Options of what it writes. */
function outputs() {
  return [
    text("--explain <name>", "explain why one person gets so much, and who has what is missing"),
    file(
      "--out <file>",
      "write the people: .csv, .jsonl, .json, .xlsx by its name; - is standard output",
    ),
    formatOption(),
    file("--html <file>", "write a page with pictures and the people"),
    flag("--json", "print everything as JSON on stdout, in place of the table"),
    flag("--ascii", "draw bars with ASCII signs only"),
    quietFlag(),
  ];
}
