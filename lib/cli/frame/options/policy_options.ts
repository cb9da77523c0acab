/**
 * Options for the model and the policy, of every command that makes or judges an allocation.
 *
 * @module
 */
import { type Certificate, policyOfCertificate } from "../../../allocator/model/certificate.ts";
import { type Model, type Policy, policyFrom } from "../../../allocator/model/policy.ts";
import { POLICY_FIELDS, type PolicyField } from "../../../allocator/model/policy_table.ts";
import type { DivvyCommand, OptionValues } from "../command.ts";
import { choice, type DivvyOption, flag, number, numbers } from "../option_kinds.ts";

/** Adds the options to a command. */
export function addPolicyOptions<Values>(command: DivvyCommand<Values>): DivvyCommand<Values> {
  const optionsOf = (part: PolicyField["part"]) =>
    POLICY_FIELDS.filter((field) => field.part === part).flatMap(policyOptions);
  return command
    .optionsUnder("Model:", optionsOf("model"))
    .optionsUnder("Policy:", optionsOf("policy"));
}

/**
 * Adds the options to a command whose own options are changes. Where such an option has the name of a policy's field (`--k`),
 * the field's own value is `--base-k`, and in configuration files `k`, as for all commands.
 */
export function addRulesOptions<Values>(command: DivvyCommand<Values>): DivvyCommand<Values> {
  const changes = new Set(command.options.map((option) => option.long));
  return command.optionsUnder(
    "Rules without a certificate:",
    POLICY_FIELDS.flatMap((field) => {
      const { json, kind, help, placeholder } = field;
      if (!changes.has(longOf(json))) return policyOptions(field);
      if (kind.type !== "number") throw new TypeError(`${json} is no number: no change of it`);
      const base = number(`--base-${longOf(json).slice(2)} ${placeholder}`, help, kind.range);
      return [defaulting(base.commonlyNamed(json), field)];
    }),
  );
}

/** The policy given by the options of {@link addRulesOptions}. */
export function rulesOf(options: OptionValues): Policy {
  const rules = POLICY_FIELDS.map(({ name }) => [name, options[baseOf(name)] ?? options[name]]);
  return policyOf(Object.fromEntries(rules));
}

/** The name of the option of a field's own value where another option has its name. */
function baseOf(name: string): string {
  return `base${name[0].toUpperCase()}${name.slice(1)}`;
}

function longOf(json: string): string {
  return `--${json.replaceAll("_", "-")}`;
}

/** The option for a field; a flag that is on by default gets a second option that switches it off. */
function policyOptions(field: PolicyField): DivvyOption[] {
  const { json, kind, help, placeholder } = field;
  const long = longOf(json);
  const flags = `${json.length === 1 ? `-${json}, ` : ""}${long} ${placeholder}`.trimEnd();
  switch (kind.type) {
    case "flag":
      return field.default === true
        ? [
          flag(flags, help).default(true),
          flag(long.replace("--", "--no-"), field.helpOff ?? `not so: ${help}`),
        ]
        : [flag(flags, help)];
    case "choice":
      return [defaulting(choice(flags, help, kind.choices), field)];
    case "numbers":
      return [defaulting(numbers(flags, help, kind.range), field)];
    case "number":
      return [defaulting(number(flags, help, kind.range), field)];
    default:
      throw new TypeError(`no option is made of ${kind.type}`);
  }
}

function defaulting(option: DivvyOption, { default: value }: PolicyField): DivvyOption {
  if (value === null) return option;
  return typeof value === "object"
    ? option.default([...value], value.join(","))
    : option.default(value);
}

/**
 * A note that names the options given which say something else than the certificate, whose rules are used; null: there are none.
 *
 * @param given names of the options that were given, on the command line or in a configuration file
 */
export function rulesPassedOver(
  options: OptionValues,
  given: ReadonlySet<string>,
  certificate: Certificate | undefined,
): string | null {
  if (certificate === undefined) return null;
  const asked = rulesOf(options), used = policyOfCertificate(certificate);
  const differing = POLICY_FIELDS.filter(({ name }) =>
    given.has(baseOf(name) in options ? baseOf(name) : name) &&
    JSON.stringify(asked[name]) !== JSON.stringify(used[name])
  ).map(({ name, json }) =>
    `${json} ${JSON.stringify(used[name])}, not ${JSON.stringify(asked[name])}`
  );
  return differing.length === 0 ? null : `the rules are the certificate's: ${differing.join("; ")}`;
}

/** The policy given on the command line, with `model` in place of `--model` if it is given. */
export function policyOf(options: OptionValues, model?: Model): Policy {
  const given = Object.fromEntries(POLICY_FIELDS.map(({ name }) => [name, options[name]]));
  return policyFrom({ ...given, ...(model !== undefined && { model }) });
}
