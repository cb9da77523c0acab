/**
 * Typed parameters of SQL templates: finds them in the text and checks their values. The server binds them.
 *
 * @module
 */
import { InputError, quote } from "../base/errors.ts";
import { type ParameterType, parameterType } from "./parameter_type.ts";
import type { SourceKind } from "./source_url.ts";
import { PASSED_OVER } from "./statement.ts";

/** A parameter with its value in the text form that the server reads. */
export interface BoundParameter {
  /** Name, as in the template. */
  readonly name: string;
  /** Type, as written in the template. */
  readonly type: string;
  /** Value in the server's text form, unescaped. */
  readonly value: string;
}

/** A template in parts: `texts[0] value[order[0]] texts[1] value[order[1]] …`. */
export interface BoundQuery {
  /** Text before, between and after the parameters; one more than `order`. */
  readonly texts: readonly string[];
  /** For each place where a parameter stands, its index in `parameters`. */
  readonly order: readonly number[];
  /** Distinct parameters. */
  readonly parameters: readonly BoundParameter[];
}

const PLACE = String.raw`\{\s*(?<name>[A-Za-z_]\w*)\s*:(?<type>[^{}=]+)(?:=(?<value>[^{}]*))?\}`;

/** Places of SQLite's own: it takes those that nothing fills for NULL, and finds no rows. */
const SQLITE_PLACE = String.raw`(?<![\w$])(?<own>\?\d*|[:@$][A-Za-z_]\w*)`;

/**
 * Finds the parameters `{name:type}` and `{name:type=default}` of a template and takes their values from `given`, or the
 * defaults. Values do not become part of the text: servers bind them.
 *
 * @param file name of the template, for messages
 * @throws {InputError} that names a parameter without a value, with an invalid one, or of an unknown type, or a place in the way of
 *   SQLite
 *
 * @example
 * ```ts
 * import { bindParameters } from "./parameters.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const query = bindParameters("SELECT {id:bigint}", "postgres", new Map([["id", "7"]]), "q.sql");
 * assertEquals(query.texts.length, 2);
 * assertEquals(query.parameters[0].value, "7");
 * ```
 */
export function bindParameters(
  template: string,
  kind: SourceKind,
  given: ReadonlyMap<string, string>,
  file: string,
): BoundQuery {
  const texts: string[] = [];
  const order: number[] = [];
  const parameters: BoundParameter[] = [];
  let after = 0;
  const own = kind === "sqlite" ? `|${SQLITE_PLACE}` : "";
  for (const match of template.matchAll(new RegExp(`${PASSED_OVER[kind]}|${PLACE}${own}`, "g"))) {
    if (match.groups?.own !== undefined) {
      throw new InputError(
        `${file}: has the place ${
          quote(match.groups.own)
        }, expected {name:type}, which --param fills`,
        { file, value: match.groups.own, expected: "{name:type}" },
      );
    }
    const { name, type, value: preset } = match.groups!;
    if (name === undefined) continue;
    const bound = boundParameter(name, type.trim(), given.get(name) ?? preset, kind, file);
    let index = parameters.findIndex((p) => p.name === name);
    if (index >= 0 && parameters[index].type !== bound.type) {
      throw new InputError(
        `${file}: parameter ${name} has type ${
          parameters[index].type
        } and type ${bound.type}, expected one type`,
        { file, column: name },
      );
    }
    if (index < 0) index = parameters.push(bound) - 1;
    texts.push(template.slice(after, match.index));
    order.push(index);
    after = match.index + match[0].length;
  }
  texts.push(template.slice(after));
  return { texts, order, parameters };
}

/** The statement with `placeOf(index)` where the parameter with that index stands. */
export function statementWith(
  { texts, order }: BoundQuery,
  placeOf: (index: number) => string,
): string {
  return texts.map((text, i) => i === 0 ? text : placeOf(order[i - 1]) + text).join("");
}

/** One parameter with its checked value. */
function boundParameter(
  name: string,
  type: string,
  text: string | undefined,
  kind: SourceKind,
  file: string,
): BoundParameter {
  const known: ParameterType | null = parameterType(kind, type);
  if (known === null) {
    throw new InputError(
      `${file}: parameter ${name} has type ${
        quote(type)
      }, which is not a parameter type of ${kind}`,
      { file, column: name, value: type },
    );
  }
  if (text === undefined) {
    throw new InputError(
      `${file}: parameter ${name} is missing, expected ${type} (${known.expected}): give --param ${name}=VALUE`,
      { file, column: name, expected: type },
    );
  }
  const value = known.read(text.trim());
  if (value === null) {
    throw new InputError(
      `${file}: parameter ${name} is ${quote(text)}, expected ${type} (${known.expected})`,
      { file, column: name, value: text, expected: type },
    );
  }
  return { name, type, value };
}

/**
 * Parses the values of `--param`, each `name=value`.
 *
 * @throws {InputError} for a text without `=`, an invalid name, or a name given twice
 */
export function parseParameters(options: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (const option of options) {
    const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(option) ?? [];
    if (name === undefined) {
      throw InputError.at({ column: "--param", value: option, expected: "name=value" });
    }
    if (given.has(name)) throw new InputError(`--param ${name} is given twice`, { column: name });
    given.set(name, value);
  }
  return given;
}
