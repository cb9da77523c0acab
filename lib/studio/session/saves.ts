/**
 * Files that a session hands out.
 *
 * @module
 */
import type { Drop } from "../../allocator/drop/drop.ts";
import type { Allocation } from "../../allocator/model/allocation.ts";
import type { Certificate } from "../../allocator/model/certificate.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { POLICY_FIELDS } from "../../allocator/model/policy_table.ts";
import type { SolvedScenario } from "../../allocator/explain/whatif.ts";
import { formatCertificate } from "../../io/documents/certificate_file.ts";
import { formatScenarios } from "../../io/documents/scenario_text.ts";
import { assignmentsCsv } from "../../io/tables/results/assignments_csv.ts";
import { reportFacts } from "../../report/facts/facts.ts";
import { whatIfFacts } from "../../report/facts/compare/whatif_facts.ts";
import type { StudioDetails } from "./drop_for_page.ts";
import type { SaveKind, StudioFile } from "./messages.ts";

/** Makes the certificate of an allocation, with hashes of the drop where it can. */
export type Issue = (drop: Drop, allocation: Allocation) => Certificate;

/** What files are made from. */
export interface Saved {
  /** The state's result. */
  readonly solved: SolvedScenario;
  /** Prices that it was solved from. */
  readonly prices: Certificate;
  /** Prices that the drop as it is was solved from: what whatif takes. */
  readonly start: Certificate;
  /** Makes certificates. */
  readonly issue: Issue;
  /** Every result that is kept, the drop as it is first. */
  readonly all: readonly SolvedScenario[];
  /** The policy of the drop as it is. */
  readonly policy: Policy;
  /** The drop as it was read. */
  readonly drop: Drop;
  /** The rest. */
  readonly details: StudioDetails;
}

/** Names of the files, which command lines refer to. */
export const FILE_NAMES: Readonly<Record<SaveKind, string>> = {
  scenario: "scenario.json",
  config: "divvy.json",
  report: "report.html",
  comparison: "comparison.html",
  assignments: "assignments.csv",
  certificate: "certificate.json",
  prices: "prices.json",
  start: "start.json",
};

const JSON_TYPE = "application/json", HTML_TYPE = "text/html", CSV_TYPE = "text/csv";

/** Makes a file. */
export async function saveFile(kind: SaveKind, saved: Saved): Promise<StudioFile> {
  const file = (type: string, text: string): StudioFile => ({ name: FILE_NAMES[kind], type, text });
  const { solved, prices, start, all, details, issue } = saved;
  const { scenario, instance, allocation } = solved;
  switch (kind) {
    case "scenario":
      return file(JSON_TYPE, formatScenarios([scenario]));
    case "config":
      return file(JSON_TYPE, `${JSON.stringify(configOf(saved), null, 2)}\n`);
    case "certificate":
      return file(
        JSON_TYPE,
        formatCertificate(issue(saved.drop.withInstance(instance), allocation)),
      );
    case "prices":
      return file(JSON_TYPE, formatCertificate(prices));
    case "start":
      return file(JSON_TYPE, formatCertificate(start));
    case "assignments":
      return file(CSV_TYPE, await csvText(solved));
    case "report": {
      const { reportHtml } = await import("../../report/html/html.ts");
      const facts = reportFacts(saved.drop.withInstance(instance), allocation, {
        title: details.title,
        files: details.files,
      });
      return file(HTML_TYPE, await reportHtml(facts));
    }
    case "comparison": {
      const { whatIfHtml } = await import("../../report/html/whatif_html.ts");
      return file(HTML_TYPE, await whatIfHtml(whatIfFacts(all, details.title)));
    }
  }
}

/** The assignments as a file has them. */
async function csvText({ instance, allocation }: SolvedScenario): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  const sink = {
    write: (bytes: Uint8Array) => {
      parts.push(decoder.decode(bytes, { stream: true }));
      return Promise.resolve();
    },
  };
  await assignmentsCsv(sink, instance, allocation);
  return parts.join("") + decoder.decode();
}

/** A configuration file: the inputs, how they are read, the rules, and the scenario where one changes more than rules. */
function configOf({ solved, details, policy }: Saved): Record<string, unknown> {
  const { scenario: { policy: _, name: __, k: ___, ...beyondRules }, allocation } = solved;
  const rules = { ...allocation.policy, shortfallPrice: policy.shortfallPrice };
  return {
    ...details.options,
    ...Object.fromEntries(
      POLICY_FIELDS
        .filter(({ name }) => rules[name] !== null)
        .map(({ name, json }) => [json, rules[name]]),
    ),
    ...(Object.keys(beyondRules).length > 0 && { allocate: { scenario: FILE_NAMES.scenario } }),
  };
}
