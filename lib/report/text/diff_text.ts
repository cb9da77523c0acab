/**
 * What changed between two lists of offers, as people read it on a terminal.
 *
 * @module
 */
import { contractTable } from "./contract_columns.ts";
import type { DiffFacts, DiffGroup, DiffRow } from "../facts/compare/diff_facts.ts";
import { diffHeadline, diffNotes, diffScore, diffUsers } from "../facts/compare/diff_words.ts";
import { count, counted, percent } from "../words.ts";
import { plain, type TextOptions } from "./terminal.ts";
import {
  type Layout,
  list,
  LISTED,
  right,
  type ShownColumn,
  shownTable,
  titled,
} from "./text_parts.ts";
import { wrapped } from "./wrapped.ts";
import { signedAlike } from "../signed.ts";

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

/** Offers of each row before and after; numbers of the rows that are listed stand below each other. */
function countsOf(rows: readonly DiffRow[]): ShownColumn<DiffRow>[] {
  const score = signedAlike(rows.slice(0, LISTED).map((row) => row.score_change));
  return [
    [right("before"), (row) => count(row.before)],
    [right("out"), (row) => count(row.out)],
    [right("in"), (row) => count(row.in)],
    [right("after"), (row) => count(row.after)],
    [right("Σ score"), (row) => score(row.score_change)],
  ];
}

function byName(title: string, name: string, rows: readonly DiffRow[], layout: Layout): string {
  const { columns, cells } = shownTable<DiffRow>([
    [{ title: name }, (row) => row.name],
    ...countsOf(rows),
  ]);
  return titled(title, columns, rows.map(cells), layout);
}

/** Contracts that changed, with what is shown beside them. */
function byContract({ contracts }: DiffFacts, layout: Layout): string {
  const rows = contracts.map((row) => ({ ...row, contract_address: row.name }));
  const { columns, cells } = contractTable<typeof rows[number]>(rows, countsOf(rows));
  return titled("By contract, most changes first", columns, rows.map(cells), layout);
}

function groups({ groups, same }: DiffFacts, layout: Layout): string {
  if (groups === null || same) return "";
  const changed = groups.filter(({ users_changed }) => users_changed > 0);
  const { columns, cells } = shownTable<DiffGroup>([
    [{ title: "group" }, (g) => g.name === "" ? "(no group)" : g.name],
    [right("users"), (g) => count(g.users)],
    [right("changed"), (g) => count(g.users_changed)],
    [right("share"), (g) => percent(g.users_changed / g.users)],
    ...countsOf(changed),
  ]);
  return titled("By group, most users changed first", columns, changed.map(cells), layout);
}
