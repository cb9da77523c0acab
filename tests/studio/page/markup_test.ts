import type { VNode } from "../../../lib/deps/preact.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { html } from "../../../lib/studio/page/markup.ts";

Deno.test("studio's page: text that would turn others around is made visible wherever it is shown, and stays as it is elsewhere", () => {
  const id = "\u202etxt.exe", shown = "\ufffdtxt.exe";
  const Row = (_: { id: string }) => null;
  const cell = html`
    <th title=${id} aria-label=${`select ${id}`} key=${id}>${id} ${[[id], 3]}
      <input value=${id} /><${Row} id=${id} /></th>
  ` as VNode<Record<string, unknown>>;
  const { title, "aria-label": label, children } = cell.props;
  assertEquals([title, label, cell.key], [shown, `select ${shown}`, id]);
  const [text, , list, field, row] = children as [
    string,
    string,
    unknown,
    VNode<{ value: string }>,
    VNode<{ id: string }>,
  ];
  assertEquals([text, list], [shown, [[shown], 3]]);
  assertEquals([field.props.value, row.props.id], [id, id]);
});

Deno.test("studio's page: what is written from right to left is isolated in text, and not where there is nothing but text", () => {
  const id = "\u0645\u062c\u0645-0";
  const line = html`
    <p title=${id}>${`Group ${id}: 2 of 9`}<option value=${id}>${[id]}</option></p>
  ` as VNode<Record<string, unknown>>;
  const { title, children } = line.props;
  const [[before, bdi, after], option] = children as [
    [string, VNode<{ children: string }>, string],
    VNode<Record<string, unknown>>,
  ];
  assertEquals([title, before, bdi.type, bdi.props.children, after], [
    id,
    "Group ",
    "bdi",
    id,
    ": 2 of 9",
  ]);
  assertEquals(option.props.children, [id]);
});
