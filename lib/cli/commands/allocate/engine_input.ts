/**
 * The tables that `divvy allocate --engine` reads itself, whatever the engine is.
 *
 * @module
 */
import { HOLDOUT_SEED, requireHoldout } from "../../../allocator/drop/holdout.ts";
import { historyRules } from "../../../allocator/drop/applied/before_options.ts";
import type { EngineBefore } from "../../../engine/drop/before.ts";
import { type EngineInput, TABLE_NAMES } from "../../../engine/drop/task.ts";
import { parseShare } from "../../../base/numbers/count_or_share.ts";
import type { OnNote, TableControl } from "../../../io/csv/table_control.ts";
import { limitsFrom } from "../../../io/drop_limits.ts";
import { readCaps } from "../../../io/tables/caps_table.ts";
import { groupRatiosFrom } from "../../../io/tables/group_ratios_table.ts";
import { noteLeftOutOfCaps, noteLeftOutOfGroupRatios } from "../../../io/tables/left_out_notes.ts";
import { readBans, readPins } from "../../../io/tables/pins_table.ts";
import {
  beforeRules,
  beforeSources,
  type BeforeValues,
} from "../../frame/options/before_options.ts";
import { defaultRatioOf } from "../../frame/options/default_ratio.ts";
import { limitsOf } from "../../frame/options/input_options.ts";
import { tableControl, type TableValues } from "../../frame/options/table_options.ts";
import { shownName } from "../../../sources/source_url.ts";
import type { EngineValues } from "./engine_values.ts";

/**
 * Reads what every engine gets from files and options: caps, group ratios, limits, history's rules, bans, pins, the holdout.
 *
 * @param onNote called with what was recognised in the files, or is odd about them
 */
export async function readEngineInput(
  values: EngineValues,
  onNote: OnNote,
): Promise<Omit<EngineInput, "policy">> {
  requireHoldout(values);
  const control = tableControl(values, onNote);
  const limits = await limitsFrom(limitsOf(values), control);
  // In the order of one machine, so that of several faults the same is named.
  const before = await readBefore(values, control);
  const caps = await readCaps(values.caps, limits?.names, control);
  noteLeftOutOfCaps(values.caps, caps, control);
  const ratios = values.groupRatios;
  const defaultRatio = defaultRatioOf(values);
  const groupRatios = await groupRatiosFrom(ratios, defaultRatio, limits?.names, control);
  if (ratios !== undefined) noteLeftOutOfGroupRatios(ratios, groupRatios, control);
  limits?.takeCaps(caps);
  limits?.takeGroupRatios(groupRatios);
  return {
    caps,
    groupRatios,
    names: {
      caps: shownName(values.caps),
      groupRatios: ratios === undefined ? TABLE_NAMES.groupRatios : shownName(ratios),
    },
    ...before,
    ...(limits !== null && { limits: limits.forEngine() }),
    previous: values.previous,
    maxChanged: values.maxChanged,
    ...(values.onlyNew === true && { onlyNew: true }),
    ...(values.alternates !== undefined && {
      alternates: { perUser: values.alternates, out: values.alternatesOut! },
    }),
    ...(values.holdout !== undefined && {
      holdout: {
        share: parseShare(values.holdout)!,
        seed: values.holdoutSeed ?? HOLDOUT_SEED,
        solver: values.holdoutSolver ?? "none",
      },
    }),
  };
}

/** Bans, pins, and the rules and files of history; nothing where none of them is given. */
async function readBefore(
  options: TableValues & BeforeValues,
  control: TableControl,
): Promise<{ before?: EngineBefore }> {
  const { history = [], bans, pins } = beforeSources(options);
  const rules = historyRules(beforeRules(options), {
    history: history.length > 0,
    pins: pins !== undefined,
  });
  if (history.length === 0 && bans === undefined && pins === undefined) return {};
  const pinRows = pins === undefined ? null : await readPins(pins, control);
  const banRows = bans === undefined ? null : await readBans(bans, control);
  const pinsCreate = options.pinsCreate === true;
  return {
    before: { bans: banRows, pins: pinRows, history: [history].flat(), rules, pinsCreate },
  };
}
