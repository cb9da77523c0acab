/**
 * Reads what came before a drop: history, pins and bans.
 *
 * @module
 */
import type { Before } from "../allocator/drop/apply_before.ts";
import { historyRules } from "../allocator/drop/before_options.ts";
import { History, type HistoryRules } from "../allocator/drop/before/history.ts";
import type { PairsByUser, Parties } from "../allocator/drop/before/parties.ts";
import type { TableControl } from "./csv/table_control.ts";
import type { DropSources, ReadOptions } from "./drop_sources.ts";
import { readHistory } from "./tables/history_table.ts";
import { readBans, readPins } from "./tables/pins_table.ts";

/** The inputs that came before. */
type Table = "history" | "pins" | "bans";

/** The sources of history, none to many. */
export function historySources({ history = [] }: Pick<DropSources, "history">): readonly string[] {
  return typeof history === "string" ? [history] : history;
}

/**
 * Reads pins and bans, and says how history is read once the pairs are there; null: there is nothing of it.
 *
 * @param begin told before each source is read
 * @param controlOf how each table is read
 * @throws {UsageError} for rules about a history that is not there
 */
export async function readBefore(
  sources: DropSources,
  options: ReadOptions,
  begin: (source: string) => void,
  controlOf: (table: Table) => TableControl,
): Promise<((parties: Parties) => Before) | null> {
  const { pins, bans } = sources, files = historySources(sources);
  const rules = historyRules(options, { history: files.length > 0, pins: pins !== undefined });
  if (files.length === 0 && pins === undefined && bans === undefined) return null;
  if (pins !== undefined) begin(pins);
  const pinRows = pins === undefined ? null : await readPins(pins, controlOf("pins"));
  if (bans !== undefined) begin(bans);
  const banRows = bans === undefined ? null : await readBans(bans, controlOf("bans"));
  return (parties) => ({
    history: files.length === 0 ? null : (pairs) => {
      begin(files[0]);
      return historyOf(files, parties, pairs, rules, controlOf("history"));
    },
    pins: pinRows,
    bans: banRows,
    rules,
    pinsCreate: options.pinsCreate ?? false,
  });
}

async function historyOf(
  files: readonly string[],
  parties: Parties,
  pairs: PairsByUser,
  rules: HistoryRules,
  control: TableControl,
): Promise<History> {
  const history = new History(parties, pairs, rules);
  const wanted = { outcomes: rules.declineFactor !== 1, scores: rules.rotate > 0 };
  await readHistory(files, parties, history, wanted, control);
  return history;
}
