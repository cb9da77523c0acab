/**
 * What `divvy init` does.
 *
 * @module
 */
import { DEFAULT_GAP } from "../../../allocator/model/allocation.ts";
import { policyField } from "../../../allocator/model/policy_table.ts";
import { generateDrop } from "../../../generate/generate.ts";
import { refuseExisting } from "../../../generate/refuse_existing.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import { CONFIG_NAME } from "../../frame/config/find_config.ts";
import { DEFAULT_TIMEOUT } from "../../frame/options/solver_options.ts";
import { tablesMissingIn } from "../../frame/config/drop_folder.ts";
import { makeFolder } from "../../../io/bytes/make_folder.ts";
import { pathIn } from "../../../base/text/path_in.ts";
import { shellWord } from "../../../base/text/shell_word.ts";
import { write } from "../../frame/terminal/write.ts";

/** The options of `divvy init`. */
interface InitValues {
  dir: string;
  sample?: boolean;
  users: number;
  force?: boolean;
  quiet?: boolean;
}

/** The file, as one would write it by hand, with the defaults. */
const CONFIG = `{
  // Options of divvy, by their names with _ for -: divvy allocate --help lists them all.
  // Paths count from this file's folder; options on the command line win.

  // The drop's folder: caps.csv, elig.csv, user_groups.csv, group_ratios.csv,
  // and limits.csv where there are further limits. Results land there, too.
  // Without group_ratios.csv every group has this ratio:
  // "default_ratio": 0,
  "dir": ".",

  // At most so many offers per user.
  "k": ${policyField("k").default},

  // How tables are written that are not plain CSV:
  // "separator": ";",
  // "decimal": ",",
  // "columns": ["user_id=Customer", "score=Points"],

  // Options of one command only:
  "allocate": {
    // Seconds of solving at most, with the best so far then.
    "timeout": ${DEFAULT_TIMEOUT},
    // Stop when proven to be within this of the best possible.
    "gap": ${DEFAULT_GAP.toExponential()},
  },
}
`;

/** Runs `divvy init`. */
export async function runInit(options: InitValues): Promise<void> {
  const { dir, sample = false, users, force = false, quiet = false } = options;
  await using _folder = await makeFolder(dir);
  const file = pathIn(dir, CONFIG_NAME);
  if (!force) await refuseExisting([file]);
  const files = [file];
  if (sample) {
    // Writes nothing where one of the sample's files exists.
    const made = await generateDrop({ dir, force, users, pairs: 8, contracts: 12, groups: 6 });
    files.push(...Object.values(made.files));
  }
  await writeTextAtomic(file, CONFIG);
  if (quiet) return;
  const at = dir === "." ? "" : ` --dir ${shellWord(dir)}`, missing = await tablesMissingIn(dir);
  const put = missing.length === 0
    ? ""
    : `put ${missing.join(", ")} ${dir === "." ? "here" : `into ${dir}`}${
      missing.includes("group_ratios") ? " (group_ratios may be left out with --default-ratio)" : ""
    }, then `;
  write(
    Deno.stderr,
    `Written:\n${files.map((name) => `  ${name}\n`).join("")}` +
      `Next: ${put}divvy validate${at}, then divvy allocate${at}\n`,
  );
}
