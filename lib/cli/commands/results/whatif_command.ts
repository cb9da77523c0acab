/**
 * `divvy whatif`: the same drop under changed ratios, caps or k.
 *
 * @module
 */
import { gapOption, timeoutOption, workersOption } from "../../frame/options/solver_options.ts";
import { MAX_K } from "../../../allocator/drop/instance/own_k.ts";
import { policyField } from "../../../allocator/model/policy_table.ts";
import { dateOption } from "../../frame/options/page_date.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { quietFlag } from "../../frame/options/quiet_option.ts";
import { formatOption } from "../../frame/table_outputs.ts";
import { addInputOptions } from "../../frame/options/input_options.ts";
import { addRulesOptions } from "../../frame/options/policy_options.ts";
import { file, flag, number, text, texts } from "../../frame/option_kinds.ts";

/** Defines `divvy whatif`. */
export function whatIfCommand(): DivvyCommand {
  const command = new DivvyCommand("whatif", "solve again under changed ratios, caps, limits or k")
    .description(
      "Solve the drop again under changes, each from the last prices, and compare. The certificate of the\n" +
        "last run gives the rules and the prices to start from; without one the rules are those of the\n" +
        "options. The drop without changes comes first.",
    )
    .helpGroup("Drops:")
    .optionsUnder(
      "Changes (one scenario; one per value of --ratio-scale and --change-cost):",
      changes(),
    );
  const withInputs = addInputOptions(command, [
    file(
      "--certificate <file>",
      "certificate of the last run: rules and prices (without: the rules below)",
    ),
  ]);
  const withOutputs = withInputs
    .optionsUnder("Solver:", [
      gapOption("stop each when proven within this of the bound"),
      workersOption(),
      timeoutOption("stop after so long, all scenarios together"),
    ])
    .optionsUnder("Outputs:", [
      file(
        "--out <file>",
        "write a row per scenario: .csv, .jsonl, .json, .xlsx; - is standard output",
      ),
      formatOption(),
      file("--html <file>", "write one self-contained page with the trade-off curve"),
      flag("--json", "print the scenarios, groups included, as JSON on stdout"),
      text("--title <text>", "name of the drop on the page"),
      dateOption(),
      quietFlag(),
    ]);
  return withExamples(
    addRulesOptions(withOutputs)
      .withConfig(),
  )
    .runs(async (...run) => (await import("./whatif_run.ts")).runWhatIf(...run));
}

/** Options of the changes. */
function changes() {
  return [
    text("--ratio-scale <values>", "all ratios times 0.8, or 0.6,0.8, or 0.6..1.2:7, seven values"),
    text("--change-cost <values>", `${policyField("changeCost").help}: 0,0.01,0.02`)
      .commonlyNamed(null),
    texts("--set-ratio <group=ratio>", "the ratio of one group (repeatable)"),
    texts("--cap-scale <contract=factor>", "a cap, or all, sponsored, unsponsored (repeatable)"),
    texts("--limit-scale <limit=factor>", "the amounts of a limit, or all (repeatable)"),
    number("--k <n>", policyField("k").help, { min: 1, max: MAX_K, whole: true })
      .commonlyNamed(null),
    file(
      "--scenarios <file>",
      "more scenarios: a JSON list of named changes (divvy schema scenarios)",
    ),
  ];
}

function withExamples<Values>(command: DivvyCommand<Values>): DivvyCommand<Values> {
  return command
    .example(
      "What would a fourth offer bring? From a drop's folder, without a certificate",
      "divvy whatif --dir drop --k 4",
    )
    .example(
      "What do the ratios cost? Seven scenarios, as a page",
      "divvy whatif --config divvy.json --certificate certificate.json \\\n" +
        "      --ratio-scale 0.6..1.2:7 --html whatif.html",
    )
    .example(
      "What it costs that fewer people have other offers than in the draft",
      "divvy whatif --config divvy.json --certificate certificate.json \\\n" +
        "      --previous draft.csv --change-cost 0,0.01,0.02,0.05 --html stability.html",
    )
    .example(
      "A fifth more of everything sponsored, and a fourth offer",
      "divvy whatif --config divvy.json --certificate certificate.json \\\n" +
        "      --cap-scale sponsored=1.2 --k 4",
    )
    .example(
      "A tenth more budget, all else as it is",
      "divvy whatif --config divvy.json --certificate certificate.json \\\n" +
        "      --limits limits.csv --limit-scale budget=1.1",
    );
}
