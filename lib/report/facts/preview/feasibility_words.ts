/**
 * What the input allows, in sentences.
 *
 * @module
 */
import type { FeasibilityFacts } from "../feasibility_facts.ts";
import { capitalized, count, counted, percent, shortId, shortName } from "../../words.ts";

/** Most contracts that are named. */
const NAMED = 5;

/** All that there is to say, a sentence each. */
export function feasibilityInWords(f: FeasibilityFacts, k: number): string[] {
  const minima = minimaInWords(f);
  return [...(minima === null ? [] : [minima]), mostOffersInWords(f), ...optionsInWords(f, k)];
}

/** Whether the minima can be met; null where no group has one. */
export function minimaInWords(f: FeasibilityFacts): string | null {
  if (f.required_sponsored_users === 0) return null;
  if (f.least_shortfall === 0) {
    return `${minimaInShort(f)}: ${counted(f.required_sponsored_users, "user")} must be ` +
      `sponsored, and sponsored contracts have ${
        counted(f.capacity[0].usable_capacity, "unit")
      } that eligible users can take.${knownWhenSolved(f)}`;
  }
  const narrow = f.least_shortfall - f.unreachable_shortfall;
  const reasons = [
    ...(f.unreachable_groups === 0 ? [] : [
      `${counted(f.unreachable_groups, "group")} ${
        f.unreachable_groups === 1 ? "has" : "have"
      } too few users with a sponsored option (${count(f.unreachable_shortfall)} missing)`,
    ]),
    ...(narrow <= 0 ? [] : [
      f.scarce_contracts.length > 0
        ? `sponsored contracts are too small for ${count(narrow)}: ${named(f)}`
        : `${count(narrow)} ${narrow === 1 ? "is" : "are"} above the most that may be sponsored`,
    ]),
  ];
  return `Not all minima can be met: of ${counted(f.required_sponsored_users, "user")} that must ` +
    `be sponsored at least ${count(f.least_shortfall)} will be missing; ${reasons.join("; ")}.`;
}

function named({ scarce_contracts, scarce_names: names }: FeasibilityFacts): string {
  const scarce = scarce_contracts.map((id, i) => {
    const name = names?.[i] ?? id;
    return name === id ? shortId(id) : shortName(name);
  });
  const more = scarce.length - NAMED;
  return scarce.slice(0, NAMED).join(", ") +
    (more > 0 ? ` and ${count(more)} more` : "");
}

/** Where no user must be missing: that all minima can be met, or that nothing but limits and pins can keep them from it. */
export function minimaInShort({ not_counted }: FeasibilityFacts): string {
  return not_counted === undefined
    ? "All minima can be met"
    : "Options and caps let all minima be met";
}

/** Which command says whether minima can be met with the rules that are not counted here; "" where all are. */
export function knownWhenSolved({ not_counted }: FeasibilityFacts): string {
  return not_counted === undefined
    ? ""
    : ` Whether ${not_counted.join(" and ")} do too is known when it is solved.`;
}

/** Of which allocations the most offers are the most: those that keep the minima, or miss them by the least that can be; "" of all. */
export function whereMinimaInWords(f: FeasibilityFacts): string {
  if (f.required_sponsored_users === 0) return "";
  return f.least_shortfall === 0
    ? "where the minima are kept"
    : `where no more than ${counted(f.least_shortfall, "user is", "users are")} missing`;
}

/** How many offers can be made at all, limits and pins left aside. */
export function mostOffersInWords(f: FeasibilityFacts): string {
  const whole = f.most_offers >= f.slots, where = whereMinimaInWords(f);
  return whole
    ? `Nothing that is known of options and caps keeps the ${
      counted(f.slots, "slot")
    } from being filled.`
    : `${capitalized(where === "" ? "at" : `${where}, at`)} most ${
      counted(f.most_offers, "offer")
    } can be made: ` +
      `${percent(f.most_offers / f.slots)} of ` +
      `${counted(f.slots, "slot")}.`;
}

/** What the required users ask for in units, after their number: `; 6 units at 3 each`; "" at one offer each, as it is their number. */
export function demandInWords(
  { sponsored_demand: units, own_k }: FeasibilityFacts,
  k: number,
): string {
  if (own_k !== undefined) {
    return `; at least ${counted(units, "unit")} at as many as each may get`;
  }
  return k === 1 ? "" : `; ${counted(units, "unit")} at ${k} each`;
}

/**
 * Whether types of contracts matter: there are sponsored ones and others, or users that must be sponsored. Where papers are given to
 * reviewers, or courses to students, there is one type, and nothing need be said of the other.
 */
export function typesMatter(
  { capacity, required_sponsored_users: required }: Pick<
    FeasibilityFacts,
    "capacity" | "required_sponsored_users"
  >,
): boolean {
  return required > 0 || capacity.every(({ contracts }) => contracts > 0);
}

/** Users with few options, a sentence or two. */
export function optionsInWords(f: FeasibilityFacts, k: number): string[] {
  const types = typesMatter(f);
  const none = f.users_without_sponsored_option, nor = f.users_without_unsponsored_option;
  const only = [
    ...(f.users_below_k_sponsored_only === 0 || !types
      ? []
      : [`${count(f.users_below_k_sponsored_only)} with sponsored ones only`]),
    ...(f.users_below_k_unsponsored_only === 0 || !types
      ? []
      : [`${count(f.users_below_k_unsponsored_only)} with unsponsored ones only`]),
  ];
  return [
    f.users_below_k === 0
      ? `Every user has ${
        f.own_k !== undefined
          ? "as many options as it may get offers, or more"
          : k === 1
          ? "an option"
          : `${k} options or more`
      }.`
      : `${counted(f.users_below_k, "user")} ${f.users_below_k === 1 ? "has" : "have"} fewer ${
        fewerThan(f, k, f.users_below_k)
      }${only.length === 0 ? "" : `: ${only.join(", ")}`}.`,
    ...(!types
      ? []
      : none === 0 && nor === 0
      ? ["Every user has options of both types."]
      : [withoutType(none, "sponsored"), withoutType(nor, "unsponsored")].filter((l) => l !== "")),
  ];
}

/**
 * The options that a user would take if nothing were scarce: `3 best options worth giving`, as scores far enough below 0 are worth
 * nothing to anyone; with a k of users' own, as many as each may get.
 */
export function bestOptions(
  { k, feasibility: { own_k } }: { k: number; feasibility: FeasibilityFacts },
): string {
  return own_k === undefined
    ? `${k === 1 ? "best option" : `${k} best options`} worth giving`
    : "best options worth giving, as many as each may get";
}

/** `than 3 options`; where users have a k of their own, `options than offers they may get`. */
function fewerThan({ own_k }: FeasibilityFacts, k: number, users: number): string {
  return own_k === undefined
    ? `than ${counted(k, "option")}`
    : `options than offers ${users === 1 ? "it" : "they"} may get`;
}

function withoutType(users: number, type: string): string {
  if (users === 0) return "";
  return `${counted(users, "user")} ${users === 1 ? "has" : "have"} no ${type} option.`;
}
