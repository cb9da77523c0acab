/**
 * Why somebody gets what they get, in words.
 *
 * @module
 */
import {
  type Exchange,
  type HeldBy,
  isRounding,
  type PersonExplanation,
  type Place,
} from "../../woptim/methods/explain_person.ts";
import { METHODS } from "../../woptim/methods/methods.ts";
import { count, figure, inFull } from "../words.ts";
import { visible } from "./terminal.ts";

const PLACES: Record<Place, string> = {
  below_lower: "below the lower bound",
  at_lower: "at the lower bound",
  inside: "between the bounds",
  at_upper: "at the upper bound",
  above_upper: "above the upper bound",
};

const HELD: Record<HeldBy, string> = {
  price: "At the price",
  bound: "Held by the bound",
  zero: "At zero, the least there is",
  steps: "Held by whole steps",
};

/** The explanation as lines of text; `nameOf` gives a person's name. */
export function personText(why: PersonExplanation, nameOf: (person: number) => string): string {
  const { units, target, lower, upper, total, place } = why;
  const name = visible(nameOf(why.person));
  const claims = why.method !== "woptim" && METHODS[why.method].claims;
  const off = units - target;
  const beside = Math.abs(off) <= 1e-12 * Math.max(Math.abs(units), Math.abs(target))
    ? "just the target"
    : `${figure(Math.abs(off), 6)} ${off < 0 ? "less" : "more"} than the target, ${
      inFull(target, 8)
    }`;
  const lines = [
    `${name} gets ${inFull(units, 8)} of ${inFull(total)} ${total === 1 ? "unit" : "units"}, ` +
    (claims ? `with a claim of ${inFull(target)}` : beside) +
    `; ${PLACES[place]} of [${open(lower)}, ${open(upper)}].`,
    standing(why, name),
    ...totals(why, name),
    ...(why.fixed ? [] : exchange(why.oneMore, 1, why, name, nameOf)),
    ...(why.fixed ? [] : exchange(why.oneLess, -1, why, name, nameOf)),
  ];
  return lines.filter((line) => line !== "").join("\n") + "\n";
}

/** At which bound or price the person stands. */
function standing(
  { held, marginal, price, method, level, fixed }: PersonExplanation,
  name: string,
) {
  if (fixed) return `${name}'s amount was fixed beforehand.`;
  if (method !== "woptim") {
    const { what, level: levelIs } = METHODS[method];
    return `By ${method}: ${what}` +
      (level === null ? "." : `; ${levelIs}: ${figure(level, 6)}.`);
  }
  if (held === null || marginal === null || price === null) return "";
  const own = `one more unit changes ${name}'s discontent by ${signed(marginal)} at the margin`;
  const all = held === "price"
    ? ", as for everybody at no bound"
    : `; the price of a unit is ${signed(price)}`;
  return `${HELD[held]}: ${own}${all}.`;
}

/** What one more or less in all would bring. */
function totals({ atOneMore, atOneLess, units, step, total }: PersonExplanation, name: string) {
  const line = (by: number, then: number | null) => {
    const of = `Of a total of ${inFull(total + by * step)}`;
    if (then === null) return `${of}: it can't be split.`;
    const change = then - units;
    const isNone = isRounding(change, units, step);
    return `${of} ${name} would get ${inFull(then, 8)} (${isNone ? "no change" : signed(change)}).`;
  };
  return [line(1, atOneMore), ...(total < step ? [] : [line(-1, atOneLess)])];
}

/** Who would give the unit that the person lacks, or take the one that is too much. */
function exchange(
  found: Exchange | null,
  sign: 1 | -1,
  { step, status, lower, upper, method, othersWouldOwe }: PersonExplanation,
  name: string,
  nameOf: (person: number) => string,
): string[] {
  if (found === null) {
    const unit = step === 1 ? "a unit" : `${step}`;
    if (sign < 0) return [];
    return othersWouldOwe
      ? [`Who would give ${unit} to ${name} can't be said: the others' total would be below 0.`]
      : [`Nobody has ${unit} to give to ${name}.`];
  }
  const { cost, units } = found;
  const breaks = found.status !== status && found.status !== "feasible"
    ? found.status === "total_too_low"
      ? " That leaves less than the others' lower bounds."
      : " That leaves more than the others' upper bounds."
    : "";
  const own = units > upper
    ? ", above the upper bound"
    : units < lower
    ? ", below the lower bound"
    : "";
  const isClaim = method !== "woptim" && METHODS[method].claims;
  return [
    `${sign > 0 ? "One more" : "One less"} for ${name} (${inFull(units, 8)}${own}) ${
      effectOf(found, sign, nameOf)
    }${isClaim ? "" : `: discontent in all ${signed(cost)}`}.${breaks}`,
  ];
}

/** Who gives or takes in an exchange, and what is left over. */
function effectOf(
  { changes, changed, leftover = 0 }: Exchange,
  sign: 1 | -1,
  nameOf: (person: number) => string,
): string {
  const names = changes.map(({ person, change }) =>
    `${visible(nameOf(person))} (${signed(change)})`
  );
  const further = changed > changes.length ? ` and ${count(changed - changes.length)} more` : "";
  const parts = [
    ...(names.length === 0
      ? []
      : [`${sign > 0 ? "come from" : "go to"} ${names.join(", ")}${further}`]),
    ...(leftover === 0
      ? []
      : [`leave ${inFull(Math.abs(leftover), 8)} ${leftover > 0 ? "more" : "less"} over`]),
  ];
  return parts.length === 0
    ? "changes the others by too little to tell beside their units"
    : `would ${parts.join(" and ")}`;
}

function open(bound: number): string {
  if (Number.isFinite(bound)) return inFull(bound, 8);
  return bound < 0 ? "−∞" : "∞";
}

function signed(value: number): string {
  const shown = figure(Math.abs(value), 5);
  return Math.abs(value) <= 1e-12 ? "+0" : `${value < 0 ? "−" : "+"}${shown}`;
}
