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
const ASSIGNMENTS = `${FOLDER}/assignments.csv`;

const TOUR: [what: string, args: string[]][] = [
  [
    "A drop of 2,000 users, the same on every machine",
    ["generate", "--dir", FOLDER, "--users", "2000", "--scarcity", "1.5", "--seed", "1"],
  ],
  [
    "Who gets which offers",
    ["allocate", ...INPUTS, "--out", ASSIGNMENTS, "--summary", `${FOLDER}/summary.json`],
  ],
  [
    "Is that right? The checker shares no code with the solvers",
    ["check", ...INPUTS, "--assign", ASSIGNMENTS],
  ],
];

for (const [what, args] of TOUR) {
  console.error(`\n— ${what}\n$ divvy ${args.join(" ")}\n`);
  const code = await runDivvy(args);
  if (code !== 0) Deno.exit(code);
}
console.error(`\nThe inputs, the assignments and the summary are in ${FOLDER}/`);
