/**
 * A tour in a few commands, as a user would type them: generate a drop, allocate it, check the result.
 *
 *     deno task demo
 *
 * @module
 */
import { runDivvy } from "../lib/cli/program.ts";

const FOLDER = "demo";
const INPUTS = [
  ...["--caps", `${FOLDER}/caps.csv`, "--elig", `${FOLDER}/elig.csv`],
  ...["--user-groups", `${FOLDER}/user_groups.csv`, "--group-ratios", `${FOLDER}/group_ratios.csv`],
];
const RESULT = [
  ...["--out", `${FOLDER}/assignments.csv`, "--certificate", `${FOLDER}/certificate.json`],
  ...["--summary", `${FOLDER}/summary.json`, "--html", `${FOLDER}/report.html`],
];

const TOUR: [what: string, args: string[]][] = [
  [
    "A drop of 2,000 users, the same on every machine",
    ["generate", "--dir", FOLDER, "--users", "2000", "--seed", "1", "--force"],
  ],
  ["Who gets which offers", ["allocate", ...INPUTS, ...RESULT]],
  [
    "Is that right, and can it not be better? The checker shares no code with the solver",
    [
      ...["check", ...INPUTS, "--assign", `${FOLDER}/assignments.csv`],
      ...["--certificate", `${FOLDER}/certificate.json`],
    ],
  ],
  [
    "Another kind of division: 70 units for two people",
    ["split", "-i", "examples/split/example.json"],
  ],
];

for (const [what, args] of TOUR) {
  console.error(`\n— ${what}\n$ divvy ${args.join(" ")}\n`);
  const code = await runDivvy(args);
  if (code !== 0) Deno.exit(code);
}
console.error(
  `\nInputs, assignments, summary and certificate are in ${FOLDER}/; open ${FOLDER}/report.html in a browser.`,
);
