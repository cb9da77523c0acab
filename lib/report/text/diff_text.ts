/**
 * What changed between two lists of offers, as people read it on a terminal.
 *
 * @module
 */
import type { KnownContract } from "../facts/contract_about.ts";
import { contractTable } from "./contract_columns.ts";
import type { DiffContract, DiffFacts, DiffRow } from "../facts/diff_facts.ts";
import { diffHeadline, diffNotes, diffScore, diffUsers, signed } from "../facts/diff_words.ts";
import { count, counted, percent } from "../words.ts";
import { type Column, plain, type TextOptions } from "./terminal.ts";
import { type Layout, list, right, titled } from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";

/** What changed as text; the longest tables are cut to their first rows. */
export function diffText(facts: DiffFacts, options: TextOptions = {}): string {
  const { width = 80, style = plain } = options;
  const layout: Layout = { width, style };
  const lines = wrapped(diffHeadline(facts), width).map((line) => `${style.bold(line)}\n`);
  const score = diffScore(facts);
  const below = [
    ...(facts.same ? [] : [`Users: ${diffUsers(facts)}.`]),
    ...(score === null ? [] : [`Σ score: ${score}.`]),
  ].flatMap((line) => wrapped(line, width)).map((line) => `${line}\n`);
  return [
    [...lines, ...below].join(""),
    byName("By type", "type", facts.same ? [] : facts.types ?? [], layout),
    groups(facts, layout),
    byContract(facts, layout),
    byName("By brand, most changes first", "brand", facts.brands ?? [], layout),
    titled(
      "One offer for another, most users first",
      [{ title: "before" }, { title: "after" }, right("users")],
      facts.moves.map(({ from, to, users }) => [from, to, count(users)]),
      layout,
    ),
    titled(
      `Users with other offers (${counted(facts.changes.length, "user")})`,
      [{ title: "user" }, { title: "out" }, { title: "in" }],
      facts.changes.map((c) => [c.user_id, c.out.join(" ") || "–", c.in.join(" ") || "–"]),
      layout,
    ),
    list("As read", diffNotes(facts), layout),
  ].filter((part) => part !== "").join("\n");
}

const COUNTS: readonly Column[] = ["before", "out", "in", "after", "Σ score"].map(right);

function counts(row: DiffRow): string[] {
  const { before, out, in: came, after, score_change } = row;
  return [count(before), count(out), count(came), count(after), signed(score_change)];
}

function byName(title: string, name: string, rows: readonly DiffRow[], layout: Layout): string {
  return titled(
    title,
    [{ title: name }, ...COUNTS],
    rows.map((row) => [row.name, ...counts(row)]),
    layout,
  );
}

/** Contracts that changed, with what is shown beside them. */
function byContract({ contracts }: DiffFacts, layout: Layout): string {
  const { columns, cells } = contractTable<DiffContract & KnownContract>(
    contracts.map((row) => ({ ...row, contract_address: row.name })),
    COUNTS.map((column, i) => [column, (row) => counts(row)[i]] as const),
  );
  return titled(
    "By contract, most changes first",
    columns,
    contracts.map((row) => cells({ ...row, contract_address: row.name })),
    layout,
  );
}

function groups({ groups, same }: DiffFacts, layout: Layout): string {
  if (groups === null || same) return "";
  return titled(
    "By group, most users changed first",
    [{ title: "group" }, right("users"), right("changed"), right("share"), ...COUNTS],
    groups.filter(({ users_changed }) => users_changed > 0).map((g) => [
      g.name === "" ? "(no group)" : g.name,
      count(g.users),
      count(g.users_changed),
      percent(g.users_changed / g.users),
      ...counts(g),
    ]),
    layout,
  );
}
