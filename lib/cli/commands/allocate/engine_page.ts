/**
 * The page of `divvy allocate --engine --html`.
 *
 * @module
 */
import type { EngineResult } from "../../../engine/run/allocate_in_engine.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import type { EngineFacts } from "../../../report/facts/engine_facts.ts";
import type { PageOptions } from "../../../report/html/page.ts";
import type { OptionValues } from "../../frame/command.ts";
import { pageDate } from "../../frame/options/page_date.ts";
import { engineLimitsFacts } from "../engines/limits_facts.ts";
import type { EngineCommand } from "../engines/engine.ts";
import { engineRows, engineTotals } from "./engine_summary.ts";
import { dropTitle } from "../report_page.ts";

/** What the page tells of a result. */
function pageFacts(result: EngineResult, title: string, out: string, peakRss: number): EngineFacts {
  const { certificate, heldOut } = result, limits = engineLimitsFacts(result);
  return {
    title,
    model: certificate.model,
    ...engineTotals(result),
    shortfall: result.shortfall,
    groups: result.groups.map((group) => ({
      group_id: group.group,
      users: group.users,
      users_with_offers: group.usersWithOffers,
      assignments: group.offers,
      sponsored_assignments: group.sponsoredOffers,
      sponsored_users: group.sponsoredUsers,
      required_sponsored_users: group.leastSponsored,
      shortfall: Math.max(0, group.leastSponsored - group.sponsoredUsers),
    })),
    contracts: [...result.capOf].map(([id, cap], c) => ({
      contract_address: id,
      is_sponsored: c < result.sponsoredContracts,
      cap,
      assigned: result.offersOf.get(id) ?? 0,
      price: Object.hasOwn(certificate.contracts, id) ? certificate.contracts[id] : 0,
    })),
    ...(limits !== undefined && { limits }),
    random_offers: heldOut?.randomOffers ?? null,
    run: engineRows(result, out, peakRss),
  };
}

/**
 * The date of the page. Asked for before the run, which may take hours.
 *
 * @throws {UsageError} for an invalid `--date`
 */
export function enginePageDate(engine: EngineCommand, options: OptionValues): Promise<PageOptions> {
  const named = options as Record<string, string | undefined>;
  const read = ["caps", "groupRatios", "limits", "pins", "bans", ...engine.reads];
  return pageDate(
    named,
    read.map((name) => typeof named[name] === "string" ? named[name] : undefined),
  );
}

/**
 * Writes the page.
 *
 * @param out what the assignments went to
 */
export async function writeEnginePage(
  file: string,
  result: EngineResult,
  page: PageOptions,
  { title, out, peakRss }: { title?: string; out: string; peakRss: number },
): Promise<void> {
  const facts = pageFacts(result, title ?? dropTitle(out), out, peakRss);
  // Loaded for pages only.
  const { engineHtml } = await import("../../../report/html/engine_html.ts");
  await writeTextAtomic(file, engineHtml(facts, page));
}
