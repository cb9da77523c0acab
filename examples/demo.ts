/**
 * A tour in a few commands, as a user would type them: generate a drop, allocate it, check the result, and go
 * on to the next week: review, caps from it, allocate again with what was offered as history, and see what changed.
 *
 *     deno task demo
 *
 * @module
 */
import { runDivvy } from "../lib/cli/program.ts";

const FOLDER = "demo";
const WEEK1 = `${FOLDER}/week1`, WEEK2 = `${FOLDER}/week2`;
const INPUTS = [
  "--caps",
  `${FOLDER}/caps.csv`,
  "--elig",
  `${FOLDER}/elig.csv`,
  "--user-groups",
  `${FOLDER}/user_groups.csv`,
  "--group-ratios",
  `${FOLDER}/group_ratios.csv`,
];
/** The second week's: its own caps, and what the first gave as history. */
const SECOND = [
  "--caps",
  `${WEEK2}/caps.csv`,
  ...INPUTS.slice(2),
  "--history",
  `${FOLDER}/assignments.csv`,
  "--cooldown",
  "contract=1drops",
];
const RESULT = [
  "--out",
  `${FOLDER}/assignments.csv`,
  "--certificate",
  `${FOLDER}/certificate.json`,
  "--summary",
  `${FOLDER}/summary.json`,
  "--html",
  `${FOLDER}/report.html`,
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
      "check",
      ...INPUTS,
      "--assign",
      `${FOLDER}/assignments.csv`,
      "--certificate",
      `${FOLDER}/certificate.json`,
    ],
  ],
  [
    "A week later: how users answered",
    [
      "generate",
      "--dir",
      WEEK1,
      "--users",
      "2000",
      "--seed",
      "1",
      "--force",
      "--answers-to",
      `${FOLDER}/assignments.csv`,
    ],
  ],
  [
    "What came of it: who selected and redeemed what, and the sponsored ratio by selections",
    [
      "review",
      "--assign",
      `${FOLDER}/assignments.csv`,
      "--caps",
      `${FOLDER}/caps.csv`,
      "--selections",
      `${WEEK1}/selections.csv`,
      "--redemptions",
      `${WEEK1}/redemptions.csv`,
      "--user-groups",
      `${FOLDER}/user_groups.csv`,
      "--facts",
      `${WEEK1}/review.json`,
      "--html",
      `${WEEK1}/review.html`,
    ],
  ],
  [
    "Next week's caps: as many redemptions as this week's were to give, at the rates seen",
    [
      "caps",
      "--from-review",
      `${WEEK1}/review.json`,
      "--caps",
      `${FOLDER}/caps.csv`,
      "--out",
      `${WEEK2}/caps.csv`,
      "--rates",
      `${WEEK2}/rates.csv`,
    ],
  ],
  [
    "The second week, from the prices of the first; nobody is offered again what the first week gave them",
    [
      "allocate",
      ...SECOND,
      "--prices",
      `${FOLDER}/certificate.json`,
      "--out",
      `${WEEK2}/assignments.csv`,
      "--certificate",
      `${WEEK2}/certificate.json`,
      "--html",
      `${WEEK2}/report.html`,
    ],
  ],
  [
    "Is that right? An offer that comes again too soon would fail",
    [
      "check",
      ...SECOND,
      "--assign",
      `${WEEK2}/assignments.csv`,
      "--certificate",
      `${WEEK2}/certificate.json`,
    ],
  ],
  [
    "What changed from the first week to the second",
    [
      "diff",
      `${FOLDER}/assignments.csv`,
      `${WEEK2}/assignments.csv`,
      "--caps",
      `${WEEK2}/caps.csv`,
    ],
  ],
  [
    "The same as a page",
    [
      "diff",
      `${FOLDER}/assignments.csv`,
      `${WEEK2}/assignments.csv`,
      "--quiet",
      "--caps",
      `${WEEK2}/caps.csv`,
      "--html",
      `${WEEK2}/diff.html`,
    ],
  ],
  [
    "Another kind of division: 70 units for two people",
    ["split", "-i", "examples/split/example.json"],
  ],
];

await Deno.mkdir(WEEK2, { recursive: true });
for (const [what, args] of TOUR) {
  console.error(`\n— ${what}\n$ divvy ${args.join(" ")}\n`);
  const code = await runDivvy(args);
  if (code !== 0) Deno.exit(code);
}
console.error(
  `\nInputs, assignments, summary and certificate are in ${FOLDER}/, the second week's in ${WEEK2}/; open ` +
    `${FOLDER}/report.html, ${WEEK1}/review.html and ${WEEK2}/diff.html in a browser.`,
);
