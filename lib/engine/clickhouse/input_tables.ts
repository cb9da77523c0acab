/**
 * The two tables that a run reads, as every statement sees them: no NULLs, ids without blanks around them as in files, and
 * scores with the value that their text has.
 *
 * @module
 */
import { pairAttribute, userAttribute } from "../sql/pairs/kinds_sql.ts";

/** Columns of a table: type by name. */
export type ColumnTypes = ReadonlyMap<string, string>;

/** Whether ids may have blanks around them, so that they must be trimmed to be those of files. */
export interface Padding {
  /** In user_id or contract_address of the pairs. */
  readonly pairs: boolean;
  /** In user_id or group_id of the users' groups. */
  readonly userGroups: boolean;
}

/** First version whose toFloat64 reads a text as the nearest number; older ones may be off in the last bit. */
const READS_EXACTLY = 20.08;

/** Powers of ten that a Float64 holds exactly. */
const POWERS = `[${Array.from({ length: 23 }, (_, n) => `1e${n}`).join(",")}]`;

/** The characters that `String.prototype.trim` removes, as a class of RE2. */
const BLANKS = String
  .raw`[\\x09-\\x0d\\x20\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}]+`;

/** The eligible pairs: a table's name or a subquery with user_id, contract_address and score. */
export function pairsOf(
  table: string,
  columns: ColumnTypes,
  { version, padding, named = [] }: {
    version: number;
    padding: Padding;
    named?: readonly string[];
  },
): string {
  const type = columns.get("score")!;
  const narrow = /Float32|BFloat16|Decimal/.test(type), isWritten = isText(columns, "score");
  const ids = ["user_id", "contract_address"];
  const more = attributeColumns(named, columns, pairAttribute);
  const plain = named.length === 0 && !narrow && !isWritten &&
    ![...ids, "score"].some((name) => isNullable(columns, name)) &&
    !(padding.pairs && ids.some((name) => isText(columns, name)));
  if (plain) return table;
  const list = ids.map((name) => idColumn(name, columns, padding.pairs));
  const score = isNullable(columns, "score") ? "assumeNotNull(score)" : "score";
  if (isWritten) {
    // A text that is no number becomes NaN here, and is counted as such.
    const number = `ifNull(toFloat64OrNull(toString(${score})), nan)`;
    return `(SELECT ${list.join(", ")}, ${number} AS score${more} FROM ${table})`;
  }
  if (!narrow) return `(SELECT ${list.join(", ")}, ${score} AS score${more} FROM ${table})`;
  if (version >= READS_EXACTLY || !type.includes("Float32")) {
    return `(SELECT ${
      list.join(", ")
    }, toFloat64(toString(${score})) AS score${more} FROM ${table})`;
  }
  const kept = named.map((_, i) => `, ${pairAttribute(i)}`).join("");
  return `(SELECT user_id, contract_address, ${numberOfText("text", "raw")} AS score${kept}
FROM (SELECT user_id, contract_address${kept}, raw, text, position(text, 'e') AS e,
  if(e > 0, substring(text, 1, e - 1), text) AS digits, position(digits, '.') AS dot
FROM (SELECT ${list.join(", ")}, ${score} AS raw, toString(raw) AS text${more} FROM ${table})))`;
}

/**
 * The number that a text of digits, at most one dot and an exponent stands for: a whole number times, or over, a power
 * of ten. Both are exact in Float64, so there is only one rounding, which gives the nearest number. Below 1e-13 and
 * above 1e28 there are two roundings.
 */
function numberOfText(text: string, raw: string): string {
  const whole = "toFloat64(toInt64OrZero(replaceOne(digits, '.', '')))";
  const exponent = `if(e > 0, toInt32OrZero(substring(${text}, e + 1)), 0)`;
  const shift = `(${exponent} + if(dot > 0, toInt32(dot) - toInt32(length(digits)), 0))`;
  const power = (n: string) =>
    `arrayElement(${POWERS}, least(${n}, 22) + 1) OP arrayElement(${POWERS}, greatest(${n} - 22, 0) + 1)`;
  const up = power(shift).replace(" OP ", " * "), down = power(`-${shift}`).replace(" OP ", " / ");
  // Other texts (nan, inf, whole numbers too long for 64 bits) are converted by the server.
  return `if(NOT isFinite(${raw}) OR (dot = 0 AND length(digits) > 18), toFloat64(${raw}),
  if(${shift} >= 0, ${whole} * ${up}, ${whole} / ${down}))`;
}

/** The groups of users that have one: a table's name or a subquery with user_id and group_id. */
export function userGroupsOf(
  table: string,
  columns: ColumnTypes,
  padding: Padding,
  named: readonly string[],
): string {
  const names = ["user_id", "group_id"];
  const nullable = names.filter((name) => isNullable(columns, name));
  const trims = padding.userGroups && names.some((name) => isText(columns, name));
  const ownK = columns.has("k") ? ["k"] : [];
  if (nullable.length === 0 && !trims && named.length + ownK.length === 0) return table;
  const more = attributeColumns(named, columns, userAttribute) +
    attributeColumns(ownK, columns, () => "own_k");
  const where = nullable.length === 0
    ? ""
    : ` WHERE ${nullable.map((name) => `isNotNull(${name})`).join(" AND ")}`;
  const further = [...new Set([...named, ...ownK])].filter((name) => !names.includes(name))
    .map((name) => `, ${quotedColumn(name)}`).join("");
  const rows = where === "" ? table : `(SELECT user_id, group_id${further} FROM ${table}${where})`;
  return `(SELECT ${
    names.map((name) => idColumn(name, columns, padding.userGroups)).join(", ")
  }${more} FROM ${rows})`;
}

/** Columns that limits name as text without blanks around it, "" for NULL, each after a comma. */
function attributeColumns(
  names: readonly string[],
  columns: ColumnTypes,
  nameOf: (i: number) => string,
): string {
  return names.map((name, i) => {
    const column = quotedColumn(name);
    const text = isNullable(columns, name)
      ? `ifNull(toString(${column}), '')`
      : `toString(${column})`;
    return `, ${trimmedText(text)} AS ${nameOf(i)}`;
  }).join("");
}

/** A text without blanks around it. */
export function trimmedText(text: string): string {
  return `replaceRegexpOne(replaceRegexpOne(${text}, '^${BLANKS}', ''), '${BLANKS}$', '')`;
}

/** A column by its name. */
export function quotedColumn(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

/** A column of ids without NULL and, where asked for, without blanks around them. */
function idColumn(name: string, columns: ColumnTypes, trims: boolean): string {
  const value = isNullable(columns, name) ? `assumeNotNull(${name})` : name;
  if (!trims || !isText(columns, name)) return value === name ? name : `${value} AS ${name}`;
  return `${trimmedText(`toString(${value})`)} AS ${name}`;
}

/**
 * Whether an id may have a blank at an end, over rows of {@link pairsOf} or {@link userGroupsOf}. A quick test of the
 * first and the last character: it also holds for some ids that begin or end in letters outside ASCII.
 */
export function mayBePadded(names: readonly string[], columns: ColumnTypes): string {
  const texts = names.filter((name) => isText(columns, name));
  if (texts.length === 0) return "0";
  return texts.flatMap((name) =>
    [`substring(toString(${name}), 1, 1)`, `substring(toString(${name}), -1)`]
      .map((end) => `NOT (${end} > ' ' AND ${end} < '\\x80')`)
  ).join(" OR ");
}

/** Whether a column of that name may hold NULL. */
export function isNullable(columns: ColumnTypes, name: string): boolean {
  return columns.get(name)!.includes("Nullable(");
}

function isText(columns: ColumnTypes, name: string): boolean {
  return columns.get(name)!.includes("String");
}
