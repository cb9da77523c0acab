/**
 * What changed between two lists of offers, as people read it on a terminal.
 *
 * @module
 */
import { contractColumns } from "./contract_columns.ts";
import type { DiffFacts, DiffGroup, DiffRow } from "../facts/compare/diff_facts.ts";
import { diffHeadline, diffNotes, diffScore, diffUsers } from "../facts/compare/diff_words.ts";
import { count, counted, percent } from "../words.ts";
import { plain, type TextOptions } from "./terminal.ts";
import { type Layout, left, list, LISTED, right, type ShownColumn, titled } from "./text_parts.ts";
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
      [
        [left("before"), ({ from }) => from],
        [left("after"), ({ to }) => to],
        [right("users"), ({ users }) => count(users)],
      ],
      facts.moves,
      layout,
    ),
    titled(
      `Users with other offers (${counted(facts.changes.length, "user")})`,
      [
        [left("user"), (c) => c.user_id],
        [left("out"), (c) => c.out.join(" ") || "–"],
        [left("in"), (c) => c.in.join(" ") || "–"],
      ],
      facts.changes,
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
  return titled(title, [[left(name), (row) => row.name], ...countsOf(rows)], rows, layout);
}

/** Contracts that changed, with what is shown beside them. */
function byContract({ contracts }: DiffFacts, layout: Layout): string {
  const rows = contracts.map((row) => ({ ...row, contract_address: row.name }));
  const columns = contractColumns<typeof rows[number]>(rows, countsOf(rows));
  return titled("By contract, most changes first", columns, rows, layout);
}

function groups({ groups, same }: DiffFacts, layout: Layout): string {
  if (groups === null || same) return "";
  const changed = groups.filter(({ users_changed }) => users_changed > 0);
  const columns: ShownColumn<DiffGroup>[] = [
    [left("group"), (g) => g.name === "" ? "(no group)" : g.name],
    [right("users"), (g) => count(g.users)],
    [right("changed"), (g) => count(g.users_changed)],
    [right("share"), (g) => percent(g.users_changed / g.users)],
    ...countsOf(changed),
  ];
  return titled("By group, most users changed first", columns, changed, layout);
}
