/**
 * Explanations as people read them on a terminal.
 *
 * @module
 */
import type {
  ContractExplanation,
  GroupExplanation,
  OptionExplanation,
  UserExplanation,
} from "../../allocator/explain/explain.ts";
import type { HeldBackOption } from "../../allocator/explain/user.ts";
import { LIMIT_KINDS } from "../../allocator/limits/kinds/list.ts";
import { columnTitle } from "../facts/contract_about.ts";
import { columnsAbout, nameColumn } from "./contract_columns.ts";
import { plain, type TextOptions, visible } from "./terminal.ts";
import { left, right, type ShownColumn, tableOf } from "./text_parts.ts";
import { unitGainInWords } from "./unit_gain.ts";
import { wrapped } from "./wrapped.ts";
import {
  aligned,
  capitalized,
  count,
  counted,
  figure,
  figureUp,
  ifNothingWereScarce,
  limitCalled,
  percent,
  percentInFull,
} from "../words.ts";

/** Options that are listed; later ones are counted. */
const LISTED = 25;
/** Limits that are named. */
const LIMITS = 5;

/** A user's options and why each was given or not. */
export function explainUserText(user: UserExplanation, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const taken = user.options.filter((o) => o.taken).length;
  const listed = user.options.slice(0, LISTED);
  const score = aligned(listed.map((o) => o.score)), price = aligned(listed.map(priceOf));
  const net = aligned(listed.map((o) => o.net_value));
  const { names, others } = columnsAbout<OptionExplanation>(user.options);
  const columns: ShownColumn<OptionExplanation>[] = [
    [right("rank"), (o) => `${o.rank}`],
    [left("contract"), (o) => o.contract_address],
    ...names,
    ...others,
    [{ title: "type", whole: true }, (o) => o.is_sponsored ? "sponsored" : "unsponsored"],
    [right("score"), (o) => score(o.score)],
    [right("price"), (o) => price(priceOf(o))],
    [right("net"), (o) => net(o.net_value)],
    [{ title: "", whole: true }, (o) => takenInWords(o, user)],
  ];
  const rest = user.options.length - listed.length;
  const sentences = [
    `${capitalized(typeInWords(user))}: ${count(taken)} of at most ${counted(user.k, "offer")}, ` +
    `of ${counted(user.options.length, "option")}.`,
    `Worth ${figure(user.value)}; ${figure(user.unlimited_value)} ${ifNothingWereScarce(user)}: ` +
    `${user.loss === 0 ? "nothing lost" : `${figure(user.loss)} lost`}.`,
    ...choiceOfType(user),
    ...limitsInWords(user),
    ...historyInWords(user),
  ];
  return [
    style.bold(visible(`User ${user.user_id}, group ${user.group_id}`)),
    ...sentences.flatMap((sentence) => wrapped(sentence, width)),
    "",
    tableOf(columns, listed, { indent: 2, width, style }).trimEnd(),
    ...(rest > 0 ? [`  … and ${counted(rest, "option")} with lower scores`] : []),
    ...heldBackInWords(user, options),
    "",
  ].join("\n");
}

function takenInWords(option: OptionExplanation, user: UserExplanation): string {
  const words = option.taken ? "taken" : whyNotInWords(option, user);
  const what = option.brand_declined ? "brand declined" : "declined";
  const declined = option.declines === undefined ? "" : `, ${what} ${times(option.declines)}`;
  return `${words}${option.pinned ? ", pinned" : ""}${declined}`;
}

function times(n: number): string {
  return n === 1 ? "once" : n === 2 ? "twice" : `${count(n)} times`;
}

/** What rotation does for the user. */
function historyInWords({ rotation }: UserExplanation): string[] {
  return rotation === undefined
    ? []
    : [`Scores count × ${figure(rotation, 3)}, as this user got less than others lately.`];
}

/** Pairs that the user can't have, and why. */
function heldBackInWords(
  { held_back = [] }: UserExplanation,
  { width = 80, style = plain }: TextOptions,
): string[] {
  if (held_back.length === 0) return [];
  const listed = held_back.slice(0, LISTED), rest = held_back.length - listed.length;
  const score = aligned(listed.map((o) => o.score));
  const columns: ShownColumn<HeldBackOption>[] = [
    [left("contract"), (o) => o.contract_address],
    ...nameColumn(listed),
    [right("score"), (o) => score(o.score)],
    [
      { title: "", whole: true },
      (o) => o.reason === "banned" ? `banned by ${o.because}` : o.because,
    ],
  ];
  return [
    "",
    `Left out: ${counted(held_back.length, "pair")}.`,
    "",
    tableOf(columns, listed, { indent: 2, width, style }).trimEnd(),
    ...(rest > 0 ? [`  … and ${counted(rest, "pair")} with lower scores`] : []),
  ];
}

/** All that an option costs: its contract's price, and what limits and changes add. */
function priceOf({ limits, price, score, net_value, change_cost }: OptionExplanation): number {
  return limits === undefined && change_cost === undefined ? price : score - net_value;
}

function typeInWords(user: UserExplanation): string {
  return user.type === "none"
    ? "no offers"
    : user.type === "mixed"
    ? "offers of both types"
    : `${user.type} offers`;
}

/** What being sponsored or not is worth to the user, where there is a choice. */
function choiceOfType(user: UserExplanation): string[] {
  const { best_sponsored: sponsored, best_unsponsored: unsponsored, group_price: price } = user;
  if (sponsored === null || unsponsored === null) return [];
  const paid = price === 0 ? "" : ` (${figure(price)} of it from the group's ratio)`;
  return [
    `At the prices, sponsored offers are worth ${figure(sponsored)}${paid}, ` +
    `unsponsored ones ${figure(unsponsored)}.`,
  ];
}

/** Limits whose prices make options not worth it, the highest price first. */
function limitsInWords(user: UserExplanation): string[] {
  const dearest = new Map<string, number>();
  for (const { limits = [] } of user.options) {
    for (const { limit, row, price, counts } of limits) {
      const name = row === "" ? limit : `${limit} (${row})`;
      if (counts > 0) dearest.set(name, Math.max(dearest.get(name) ?? 0, price));
    }
  }
  if (dearest.size === 0) return [];
  const named = [...dearest].sort(([, a], [, b]) => b - a).slice(0, LIMITS);
  const words = named.map(([name, price]) => price === 0 ? name : `${name} at ${figure(price, 3)}`);
  const rest = dearest.size - named.length;
  return [
    `Limits that stand against options: ${words.join("; ")}` +
    (rest > 0 ? `; and ${count(rest)} more.` : "."),
  ];
}

/** Why an option was not given, in two or three words: a table's cell. */
export function whyNotInWords(option: OptionExplanation, user: UserExplanation): string {
  switch (option.why_not) {
    case null:
      return "";
    case "k_better":
      return betterOnesInWords(option, user);
    case "pinned":
      return "others are pinned";
    case "change_cost":
      return "the change costs more";
    case "full":
      return `full at ${figure(option.price, 3)}`;
    case "ratio_guard":
      return "ratio guard";
    case "other_type":
      return "other type";
    case "brand_limit":
      return "brand limit";
    case "mixed_share":
      return "mixed share";
    case "limit":
      return limitCalled(option.limits?.[0]?.limit ?? "").trimEnd();
    case "price_above_score":
      return option.price === 0 && !(option.limits ?? []).some((l) => l.price * l.counts > 0)
        ? "adds nothing"
        : "under its price";
    case "open":
      return `open, ${count(option.cap - option.assigned)} left`;
  }
}

/** That a user has better ones in an option's place. Where one of them scores no more, only that the option would gain nothing. */
function betterOnesInWords({ score }: OptionExplanation, { options }: UserExplanation): string {
  const taken = options.filter((o) => o.taken);
  return taken.every((o) => o.score > score) ? counted(taken.length, "better one") : "adds nothing";
}

/** Who wants a contract, at which price. */
export function explainContractText(
  contract: ContractExplanation,
  options: TextOptions = {},
): string {
  const { width = 80, style = plain } = options;
  const { cap, assigned, price } = contract;
  const bids = [...contract.nearly, ...contract.barely];
  const score = aligned(bids.map((b) => b.score)), worth = aligned(bids.map((b) => b.worth));
  const margin = aligned(bids.map((b) => b.margin));
  const bidders = (title: string, list: ContractExplanation["nearly"]): string[] =>
    list.length === 0 ? [] : [
      "",
      style.bold(title),
      tableOf(
        [
          [left("user"), (b) => b.user_id],
          [right("score"), (b) => score(b.score)],
          [right("worth"), (b) => worth(b.worth)],
          [right("worth − price"), (b) => (b.margin > 0 ? "+" : "") + margin(b.margin)],
        ],
        list,
        { indent: 2, width, style },
      ).trimEnd(),
    ];
  const type = contract.is_sponsored ? "sponsored" : "unsponsored";
  const sentences = [
    `${count(assigned)} of ${counted(cap, "unit")} given` +
    `${cap === 0 ? "" : ` (${percent(assigned / cap)})`}, ${
      counted(contract.eligible_users, "eligible user")
    }.`,
    `${contract.limits?.length ? "At the limits' prices wanted" : "Wanted"} by ${
      counted(contract.demand_at_zero, "user")
    } for nothing, by ` +
    `${count(contract.demand_at_price)} at its price of ${figure(price)}` +
    (contract.indifferent_at_price > 0
      ? `, where ${count(contract.indifferent_at_price)} more could take it or leave it.`
      : "."),
    `One more unit would add ${unitGainInWords(contract)}.`,
    ...contractLimits(contract),
  ];
  return [
    style.bold(visible(`Contract ${contract.contract_address}, ${type}`)),
    ...aboutLines(contract).flatMap((line) => wrapped(visible(line), width)),
    ...sentences.flatMap((sentence) => wrapped(sentence, width)),
    ...bidders("Who nearly got it", contract.nearly),
    ...bidders("Who got it with least to spare", contract.barely),
    "",
  ].join("\n");
}

/** What is shown beside a contract, in a line. */
function aboutLines({ about = {} }: ContractExplanation): string[] {
  const known = Object.entries(about).filter(([, text]) => text !== "");
  return known.length === 0
    ? []
    : [known.map(([name, text]) => `${columnTitle(name)}: ${text}`).join(", ")];
}

/** Limits that stand against a contract's pairs. */
function contractLimits({ limits = [] }: ContractExplanation): string[] {
  if (limits.length === 0) return [];
  const words = limits.slice(0, LIMITS).map(({ limit, row, price, pairs }) =>
    `${row === "" ? limit : `${limit} (${row})`} at ${figure(price, 3)}, ${counted(pairs, "pair")}`
  );
  const rest = limits.length - words.length;
  return [
    `Limits that stand against it: ${words.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}.`,
  ];
}

/** What a group's ratio costs. */
export function explainGroupText(
  group: GroupExplanation,
  options: TextOptions = {},
): string {
  const { width = 80, style = plain } = options;
  const swayed = (title: string, list: GroupExplanation["next"]): string[] =>
    list.length === 0 ? [] : [
      "",
      style.bold(title),
      tableOf(
        [
          [left("user"), (s) => s.user_id],
          [right("cost of being sponsored"), (s) => cost(s.cost)],
        ],
        list,
        { indent: 2, width, style },
      ).trimEnd(),
    ];
  const cost = aligned([...group.dearest, ...group.next].map((s) => s.cost));
  return [
    style.bold(visible(`Group ${group.group_id}`)),
    ...(group.model === "coverage" ? ofCoverage(group) : ofMinimum(group))
      .flatMap((sentence) => wrapped(sentence, width)),
    ...swayed("Freed first by a lower minimum", group.dearest),
    ...swayed("Taken first by a higher minimum", group.next),
    "",
  ].join("\n");
}

/** A group under the model that asks for no minimum, in sentences. */
function ofCoverage(group: GroupExplanation): string[] {
  return [
    `${count(group.sponsored_users)} of ${counted(group.users, "user")} sponsored; model ` +
    `coverage does not ask for the ratio of ${percentInFull(group.sponsorship_ratio)}.`,
    `${counted(group.users_with_sponsored_option, "user")} with a sponsored option.`,
  ];
}

/** A group's minimum and what it costs, in sentences. */
function ofMinimum(group: GroupExplanation): string[] {
  const gain = group.gain ?? group.gain_at_most;
  const capped = gain > 0 && gain >= group.shortfall_price * (1 - 1e-9);
  const others = LIMIT_KINDS.filter((kind) => !kind.mayBeMissed)
    .map(({ means, field }): [string, number] => [means, group[`${field}_price`]]);
  return [
    `${count(group.sponsored_users)} of ${counted(group.users, "user")} sponsored; the ratio of ` +
    `${percentInFull(group.sponsorship_ratio)} asks for ${count(group.required_sponsored_users)}` +
    (group.shortfall > 0 ? `, so ${count(group.shortfall)} missing.` : "."),
    `${counted(group.users_with_sponsored_option, "user")} with a sponsored option.`,
    gainInWords(group) +
    (capped ? ", the price set on each missing user." : "."),
    ...others.filter(([, price]) => price > 0)
      .map(([rule, price]) => `Price of the rule on ${rule}: ${figure(price)}.`),
    // Each user's best bundle at these prices: without the minimum prices would be others.
    `At the prices ${counted(group.sponsored_by_choice, "user")} would be sponsored without the ` +
    `minimum, ${count(group.sponsored_by_minimum)} only because of it.`,
  ];
}

/** What a group's minimum of one user fewer gains: exactly, where it was solved again, else at most so much, as the price says. */
function gainInWords({ gain, gain_at_most }: GroupExplanation): string {
  const sentence = "Lowering the minimum by one user would gain";
  if ((gain ?? gain_at_most) === 0) return `${sentence} nothing`;
  return gain === null
    ? `${sentence} at most ${figureUp(gain_at_most)}`
    : `${sentence} ${figure(gain)}`;
}
