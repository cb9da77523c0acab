/**
 * Options for the inputs of a drop and how they are read, of every command that reads one.
 *
 * @module
 */
import type { Certificate } from "../../../allocator/model/certificate.ts";
import type { DropSources, ReadOptions } from "../../../io/drop_reader.ts";
import { beforeOptions, beforeRules, beforeSources, type BeforeValues } from "./before_options.ts";
import type { DivvyCommand, OptionValues } from "../command.ts";
import type { NamedFiles } from "../output_files.ts";
import {
  choice,
  countOrShare,
  type DivvyOption,
  file,
  flag,
  folder,
  limitsFile,
  number,
  share,
  texts,
  type ValuesFrom,
} from "../option_kinds.ts";
import { defaultRatioOf, goesWithoutRatios } from "./default_ratio.ts";
import { dialectOf, dialectOptions, limitOptions, limitsGiven } from "./table_options.ts";
import { shownOf } from "./show_option.ts";
import { mayStartWorkers } from "../threads.ts";

/** Adds the options to a command; `more` are further inputs of that command. */
export function addInputOptions<Values, More extends DivvyOption = never>(
  command: DivvyCommand<Values>,
  more: readonly More[] = [],
) {
  command.findsConfig = true;
  return command
    .optionsUnder("Inputs:", [...dropInputs(), ...more])
    .optionsUnder("History, pins and bans (docs/weekly.md):", beforeOptions())
    .optionsUnder("Reading:", readingOptions());
}

/** The tables of a drop, and options about them. */
function dropInputs() {
  return [
    folder(
      "--dir <folder>",
      "a drop's folder: its files by their names (caps.csv, elig.parquet, …); files named here win",
    ),
    file("--caps <file>", "contracts: contract_address, cap_face, is_sponsored")
      .neededWithoutFolder(),
    file("--elig <file>", "eligible pairs: user_id, contract_address, score").neededWithoutFolder(),
    file("--user-groups <file>", "each user's group: user_id, group_id").neededWithoutFolder(),
    file("--group-ratios <file>", "each group's least share: group_id, sponsorship_ratio")
      .neededWithoutFolderOr("defaultRatio", goesWithoutRatios),
    limitsFile(
      "--limits <file>",
      "further limits: limit, per, counts, at_most, at_least, … (docs/limits.md)",
    ),
    file(
      "--previous <file>",
      "previous offers, for what changes: user_id, contract_address (docs/weekly.md)",
    ),
    countOrShare(
      "--max-changed <n|p%>",
      "at most this number or share of the offers may differ from --previous",
    ),
    flag("--only-new", "keep every offer of --previous; serve new users and freed units only"),
    share("--holdout <p%>", "hold out this share of each group's users: they get no offers"),
    number("--holdout-seed <n>", "seed by which users are held out (default: 42)", {
      min: 0,
      whole: true,
    }),
    choice(
      "--holdout-solver <name>",
      "offers to users held out: none, or random ones (default: none)",
      [
        "none",
        "random",
      ],
    ),
    ...databaseOptions(),
  ];
}

/** Options for reading tables. */
function readingOptions() {
  return [
    number("--min-score <score>", "leave out pairs with a lower score"),
    number("--top-n <n>", "keep each user's n best pairs; 0 keeps all", { min: 0, whole: true })
      .default(0),
    choice(
      "--duplicates <rule>",
      "which of several rows about one pair counts, or error (default: first; of allocate --engine: largest)",
      ["first", "largest", "error"],
    ).explained({
      first: "the first in the file",
      largest: "the one with the largest score",
      error: "none: say where they are",
    }),
    number("--unsponsored-cap <n>", "cap of unsponsored contracts that have none", {
      min: 0,
      whole: true,
    }).default(10_000),
    number(
      "--default-ratio <r>",
      "ratio of groups that have none, of all without --group-ratios (else an error; under coverage, without the table: 0)",
      { min: 0, max: 1 },
    ),
    ...dialectOptions(),
    ...limitOptions(),
  ];
}

/** Options for inputs that are databases: values for their queries, and limits of time. */
export function databaseOptions() {
  return [
    texts(
      "--param <name=value>",
      "value for the query of an input that is a database (repeatable)",
    ),
    ...timeoutOptions(),
  ];
}

/** Limits of time for databases. */
export function timeoutOptions() {
  return [
    number(
      "--connect-timeout <s>",
      "seconds that connecting to a database may take; 0: no limit (default: 10)",
      {
        min: 0,
      },
    ),
    number(
      "--idle-timeout <s>",
      "seconds that a database may be silent; 0: no limit (default: 300)",
      {
        min: 0,
      },
    ),
  ];
}

/** What a command gets that reads a drop. */
export type InputValues =
  & OptionValues
  & ValuesFrom<typeof dropInputs>
  & ValuesFrom<typeof readingOptions>
  & BeforeValues;

/** The inputs named on the command line. */
export function inputSources(options: InputValues): DropSources {
  const { caps, elig, userGroups, groupRatios, previous } = options;
  return {
    caps,
    elig,
    userGroups,
    groupRatios,
    limits: limitsOf(options),
    previous,
    ...beforeSources(options),
  };
}

/** The limits: a file, or those that the configuration file lists. */
export function limitsOf({ limits, config }: OptionValues): DropSources["limits"] {
  return Array.isArray(limits)
    ? { records: limits, file: config as string }
    : limits as string | undefined;
}

/** The inputs' files by their options, for checks of outputs. */
export function inputFiles(
  { caps, elig, userGroups, groupRatios, limits, previous, history = [], pins, bans }: DropSources,
): NamedFiles {
  const files = typeof history === "string" ? [history] : history;
  return {
    ...Object.fromEntries(
      files.map((file, i) => [files.length === 1 ? "--history" : `--history (${i + 1})`, file]),
    ),
    "--pins": pins,
    "--bans": bans,
    "--caps": caps,
    "--elig": elig,
    "--user-groups": userGroups,
    "--group-ratios": groupRatios,
    "--limits": typeof limits === "string" ? limits : undefined,
    "--previous": previous,
  };
}

/**
 * The options of {@link readDrop} among the option values.
 *
 * @param certificate whose rules count in place of the options', for {@link defaultRatioOf}
 */
export function readOptions(
  options: InputValues & { readonly workers?: number },
  certificate?: Certificate,
): ReadOptions {
  const {
    unsponsoredCap,
    topN,
    minScore,
    duplicates,
    maxChanged,
    onlyNew,
    holdout,
    holdoutSeed,
    holdoutSolver,
    workers,
  } = options;
  return {
    unsponsoredCap,
    topN: topN === 0 ? undefined : topN,
    minScore,
    duplicates,
    defaultRatio: defaultRatioOf(options, certificate),
    ...beforeRules(options),
    maxChanged,
    onlyNew,
    holdout,
    holdoutSeed,
    holdoutSolver,
    show: shownOf(options),
    ...dialectOf(options),
    limits: limitsGiven(options),
    workers: mayStartWorkers() ? workers : 1,
  };
}
