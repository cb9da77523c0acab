/**
 * Reads what constrains a drop from outside: history, pins and bans.
 *
 * @module
 */
import type { Before } from "../allocator/drop/applied/apply_before.ts";
import { historyRules } from "../allocator/drop/applied/before_options.ts";
import { History, type HistoryRules } from "../allocator/drop/before/history.ts";
import type { PairsByUser, Parties } from "../allocator/drop/before/parties.ts";
import { noRowsNote } from "../base/text/row_notes.ts";
import { shownName } from "../sources/source_url.ts";
import type { TableControl } from "./csv/table_control.ts";
import type { DropSources, ReadOptions } from "./drop_sources.ts";
import { wantedBy } from "./csv/history_columns.ts";
import { readHistory } from "./tables/history_table.ts";
import { readBans, readPins } from "./tables/pins_table.ts";

/** The tables read here. */
type Table = "history" | "pins" | "bans";

/** The sources of history as a list, empty where there are none. */
function historySources({ history = [] }: Pick<DropSources, "history">): readonly string[] {
  return typeof history === "string" ? [history] : history;
}

/**
 * Reads pins and bans. Returns a function that, given the drop's users and contracts, returns them with a function that reads
 * history, which must wait for the pairs; null where there are none of the three tables.
 *
 * @param begin called before each source is read
 * @param controlOf options for reading each table
 * @throws {UsageError} for options about history or pins that were not given
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
  const history = new History(parties, pairs, rules, files.length);
  await readHistory(files, parties, history, wantedBy(rules), control);
  if (history.counts.rows === 0) {
    control.onNote?.(noRowsNote(files.map(shownName).join(", "), "earlier offers"));
  }
  return history;
}
