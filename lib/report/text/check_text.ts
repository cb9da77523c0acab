/**
 * What the checker found, for a terminal.
 *
 * @module
 */
import {
  type CertificateReport,
  type CheckReport,
  type Feasibility,
  type RuleFinding,
  RULES,
} from "../../allocator/check/check.ts";
import { POLICY_FIELDS } from "../../allocator/model/policy_table.ts";
import { shortWords } from "../../base/text/short_words.ts";
import { plain, type Style, table } from "./terminal.ts";
import { right } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { count, counted, percent } from "../words.ts";
import { gapInWords } from "../proof_words.ts";

/** What is known of minima that are missed. */
export interface AboutMinima {
  /** What may keep more from being met, where nothing proves that it does or does not. */
  readonly notCounted: readonly ("limits" | "pins")[];
  /** Whether fewer could be missing if limits lacked more. */
  readonly besideLimits: boolean;
}

/** Minima that no limit or pin stands against. */
const PLAIN_MINIMA: AboutMinima = { notCounted: [], besideLimits: false };

/**
 * The report as text: broken rules with their first cases, the rules that hold, what the assignments are worth, what
 * the drop makes possible, and the certificate's verdict. Each line is ended by a newline.
 *
 * @param minima what is known of minima that are missed
 *
 * @example
 * ```ts
 * import { checkText } from "./check_text.ts";
 * import { checkAssignments } from "../../allocator/check/check.ts";
 * import { IdPool } from "../../base/ids/ids.ts";
 * import { defaultPolicy } from "../../allocator/model/policy.ts";
 * import { assert } from "../../deps/std_assert.ts";
 *
 * const report = checkAssignments({
 *   users: IdPool.from(["ann"]), contracts: ["tea"], sponsoredContracts: 0,
 *   cap: Float64Array.of(1), brand: null, brands: [], groups: ["all"], ratio: Float64Array.of(0),
 *   groupSize: Uint32Array.of(1), group: Uint32Array.of(0), start: Uint32Array.of(0, 1),
 *   middle: Uint32Array.of(0), contract: Uint16Array.of(0), score: Float64Array.of(0.5),
 * }, {
 *   userIds: IdPool.from(["ann"]), contractIds: ["tea"], user: Uint32Array.of(0),
 *   contract: Uint32Array.of(0), score: Float64Array.of(0.25), line: Float64Array.of(2),
 * }, defaultPolicy);
 * assert(checkText(report).startsWith(
 *   "BROKEN  wrong_score: 1 case (every score is the one of the eligible pair)\n" +
 *   "        line 2, user_id ann, contract_address tea, score 0.25, expected 0.5\n",
 * ));
 * ```
 */
export function checkText(
  report: CheckReport,
  style: Style = plain,
  width = Infinity,
  minima: AboutMinima = PLAIN_MINIMA,
): string {
  const broken = report.rules.filter((rule) => rule.count > 0);
  const kept = report.rules.filter((rule) => rule.count === 0);
  const text = broken.map((rule) => brokenRule(rule, style, minima)).join("") +
    kept.map(({ rule }) => heldRule(rule, report, style, minima)).join("") +
    "\n" + table([{ title: "" }, right("")], worth(report)) +
    "\n" + judgedBy(report) +
    feasibility(report.feasibility, report.k) +
    (report.certificate === undefined ? "" : `\n${verdict(report.certificate, style)}`) +
    `\n${conclusion(report, broken, style, minima)}\n`;
  return inWidth(text, width);
}

/** A line for a rule that holds. Minima that nobody could meet break no rule, but are not called held. */
function heldRule(
  rule: RuleFinding["rule"],
  { shortfall }: CheckReport,
  style: Style,
  { besideLimits }: AboutMinima,
): string {
  return rule === "min_sponsored" && shortfall > 0
    ? `${style.yellow("EXCUSED")} ${rule}: as many as any allocation can${
      besideLimits ? " that lacks no more of its limits" : ""
    } are met\n`
    : `${style.green("holds")}   ${rule}: ${RULES[rule]}\n`;
}

/** Long lines go on below themselves, a little to the right. */
function inWidth(text: string, width: number): string {
  if (width === Infinity) return text;
  return text.split("\n").map((line) => {
    const [start] = /^ */.exec(line)!, indent = `${start}        `;
    const [first, ...rest] = wrapped(line.slice(start.length), width - indent.length);
    return [start + first, ...rest.map((more) => indent + more)].join("\n");
  }).join("\n");
}

/** What fails, and the conclusion: all that a gate has to say. Each line is ended by a newline. */
export function checkVerdict(
  report: CheckReport,
  style: Style,
  minima: AboutMinima,
): string {
  const broken = report.rules.filter((rule) => rule.count > 0);
  const problems = report.certificate?.problems ?? [];
  return broken.map((rule) => brokenRule(rule, style, minima)).join("") +
    problems.map((problem) => `${style.red("NOT CERTIFIED")}: ${problem}\n`).join("") +
    `${conclusion(report, broken, style, minima)}\n`;
}

/** Whether it is not known that a rule could be kept better: minima, where limits and pins may stand against them. */
function isOpen(rule: RuleFinding["rule"], { notCounted }: AboutMinima): boolean {
  return rule === "min_sponsored" && notCounted.length > 0;
}

function brokenRule(
  { rule, count: found, cases }: RuleFinding,
  style: Style,
  minima: AboutMinima,
): string {
  const open = isOpen(rule, minima);
  const word = open ? style.yellow("MISSED") : style.red("BROKEN");
  const head = `${word}  ${rule}: ${counted(found, "case")} (${RULES[rule]})\n` +
    (open
      ? `        options and caps would let more be met; whether ${
        minima.notCounted.join(" and ")
      } would is not proven here\n`
      : "");
  const lines = cases.map((one) => {
    const parts = Object.entries(one).map(([name, value]) => `${name} ${value}`);
    return `        ${shortWords(parts.join(", "))}\n`;
  });
  const more = found - cases.length;
  return head + lines.join("") + (more > 0 ? `        and ${count(more)} more\n` : "");
}

/** The model, k, and what else is not as by default. */
function judgedBy(report: CheckReport): string {
  const usual = new Map(
    POLICY_FIELDS.map(({ json, default: value }) => [
      json,
      // Weights beyond k are left out: nobody can have so many offers.
      JSON.stringify(typeof value === "object" ? value?.slice(0, report.k) ?? null : value),
    ]),
  );
  const named = Object.entries(report.policy)
    .map(([name, value]) => [name, JSON.stringify(value)])
    .filter(([name, value]) => name === "model" || name === "k" || value !== usual.get(name))
    .map(([name, value]) => `${name} ${value.replaceAll('"', "")}`);
  return `Judged by ${named.join(", ")}.\n`;
}

function worth(report: CheckReport): string[][] {
  return [
    ["rows", count(report.rows)],
    ["assignments", count(report.assignments)],
    ...(report.held_out_assignments === undefined
      ? []
      : [["random ones of users held out", count(report.held_out_assignments)]]),
    ["of them sponsored", count(report.sponsored_assignments)],
    ["fill rate", percent(report.fill_rate)],
    ["users without offers", count(report.users_without_offers)],
    ["sponsored users", count(report.sponsored_users)],
    ["mixed users", count(report.mixed_users)],
    ["users missing to minima", count(report.shortfall)],
    ...limits(report),
    ...changes(report),
    ["score", exact(report.score)],
    [`objective (${report.model})`, exact(report.objective)],
  ];
}

/** What limits lack and cost, where the drop has some. */
function limits({ limit_shortfall, limit_penalty }: CheckReport): string[][] {
  if (limit_shortfall === undefined || limit_penalty === undefined) return [];
  return [
    ["missing to leasts without a price", exact(limit_shortfall)],
    ["cost of limits not kept", exact(limit_penalty)],
  ];
}

/** New offers and what they cost, where the drop is compared with some. */
function changes({ changed, change_cost }: CheckReport): string[][] {
  if (changed === undefined) return [];
  return [
    ["offers not among the previous ones", count(changed)],
    ...(change_cost === 0 ? [] : [["cost of those", exact(change_cost!)]]),
  ];
}

function feasibility(drop: Feasibility, k: number): string {
  const capacity = drop.sponsored_capacity + drop.unsponsored_capacity;
  const reach = drop.groups_out_of_reach === 0
    ? "every group has enough users with a sponsored option"
    : `out of reach in ${counted(drop.groups_out_of_reach, "group")}, for want of ` +
      `${counted(drop.users_out_of_reach, "user")} with a sponsored option`;
  const wants = drop.users === 1 ? "wants" : "want";
  // Users may have a k of their own.
  const fewer = drop.demand === drop.users * k
    ? `than ${counted(k, "option")}`
    : "options than offers they may get";
  return `The drop: ${counted(drop.users, "user")} ${wants} ${counted(drop.demand, "offer")}, ` +
    `capacity ${count(capacity)} (sponsored ${count(drop.sponsored_capacity)}).\n` +
    `Minima: ${counted(drop.required_sponsored_users, "sponsored user")} in all; ${reach}.\n` +
    `Users with fewer ${fewer}: ${count(drop.users_below_k_options)}; ` +
    `sponsored ${count(drop.users_below_k_sponsored_options)} ` +
    `(none: ${count(drop.users_without_sponsored_option)}), ` +
    `unsponsored ${count(drop.users_below_k_unsponsored_options)} ` +
    `(none: ${count(drop.users_without_unsponsored_option)}).\n`;
}

function verdict(report: CertificateReport, style: Style) {
  const { certified, gap, bound, problems, notes, exact: figures } = report;
  const { claimed_objective, claimed_search_bound } = report;
  const known = notes.map((note) => `        ${note}\n`).join("");
  if (certified) {
    const proof = `gap ≤ ${roundedUp(gap!)} (bound ${exact(bound!)})`;
    const search = claimed_search_bound === undefined
      ? ""
      : `        the solver's search claims more, which prices can't prove: ${
        gapInWords(claimed_objective, claimed_search_bound)
      } (bound ${exact(claimed_search_bound)})\n`;
    const digits = figures === undefined
      ? ""
      : `        exactly: objective ${figures.objective}, bound ${figures.bound}\n`;
    return `${style.green("certified")}: ${proof}\n${digits}${search}${known}`;
  }
  return problems.map((problem) => `${style.red("NOT CERTIFIED")}: ${problem}\n`).join("") + known;
}

/** A value with all digits that are not rounding of its sum. */
function exact(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** A gap with two digits, never less than it is. */
function roundedUp(gap: number): string {
  if (gap === 0) return "0";
  const exponent = Math.floor(Math.log10(gap));
  const digits = Math.ceil(gap / 10 ** (exponent - 1));
  return `${Number(`${digits}e${exponent - 1}`)}`;
}

function conclusion(
  { ok, certificate }: CheckReport,
  broken: readonly RuleFinding[],
  style: Style,
  minima: AboutMinima,
): string {
  if (ok) return `${style.green("ok")}: every rule holds`;
  const open = broken.filter(({ rule }) => isOpen(rule, minima)).length;
  const missed = open === 0 ? "" : "minima are missed";
  const others = broken.length === open
    ? open === 0 ? "every rule holds" : "every other rule holds"
    : style.red(`${counted(broken.length - open, "rule")} broken`);
  const rules = missed === "" ? others : `${missed}, ${others}`;
  return certificate?.certified === false ? `${rules}, the certificate is wrong` : rules;
}
