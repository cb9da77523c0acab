/** Workbooks as the library is to have them, made from their XML. */
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { DEFAULT_LIMITS } from "../../../lib/io/bytes/read_limits.ts";
import { randomBytes } from "../../../lib/io/bytes/byte_reader.ts";
import { zipMembers } from "../../../lib/io/bytes/zip_member.ts";
import { storedZip } from "../../../lib/io/bytes/stored_zip.ts";
import { readableWorkbook } from "../../../lib/io/records/workbook_parts.ts";
import { readTable } from "../../../lib/io/tables/rows/table.ts";
import { TempFolder } from "../../support/cli.ts";

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

/** A workbook of one sheet, with cells of user_id and offered_at as XML, and formats of numbers by their style from 1 on. */
function workbook(rows: string, formats: readonly string[] = []): Uint8Array {
  const text = (name: string) => `<c t="inlineStr"><is><t>${name}</t></is></c>`;
  const parts: Record<string, string> = {
    "[Content_Types].xml":
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    "_rels/.rels":
      `<Relationships ${RELATIONS}><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml":
      `<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels":
      `<Relationships ${RELATIONS}><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>` +
      `<Relationship Id="r2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet ${MAIN}><numFmts>${
      formats.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${code}"/>`).join("")
    }</numFmts><cellXfs><xf numFmtId="0"/>${
      formats.map((_, i) => `<xf numFmtId="${164 + i}"/>`).join("")
    }</cellXfs></styleSheet>`,
    "xl/worksheets/sheet1.xml": `<worksheet ${MAIN}><sheetData><row>${text("user_id")}${
      text("offered_at")
    }</row>${rows}</sheetData></worksheet>`,
  };
  return storedZip(
    Object.entries(parts).map(([name, xml]) => ({ name, bytes: new TextEncoder().encode(xml) })),
  );
}

async function fieldsOf(bytes: Uint8Array): Promise<unknown> {
  await using folder = new TempFolder();
  folder.write("a.xlsx", bytes);
  const { rows } = await readTable(`${folder.path}/a.xlsx`, ["user_id", "offered_at"]);
  return rows.map(({ fields }) => fields);
}

async function faultOf(bytes: Uint8Array): Promise<string> {
  await using folder = new TempFolder();
  folder.write("a.xlsx", bytes);
  const { message } = await assertRejects(
    () => readTable(`${folder.path}/a.xlsx`, ["user_id", "offered_at"]),
    InputError,
  );
  return message.replace(`${folder.path}/`, "");
}

const cell = (text: string) => `<c t="inlineStr"><is>${text}</is></c>`;

Deno.test("how a text is pronounced is no part of it", async () => {
  const spoken = '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>';
  const rows = `<row>${cell(`<t>東京</t>${spoken}`)}${cell("<t>x</t>")}</row>` +
    `<row>${cell(`<r><t>大</t></r><r><t>阪</t></r>${spoken}`)}${cell("<t>y</t>")}</row>`;
  assertEquals(await fieldsOf(workbook(rows)), [["東京", "x"], ["大阪", "y"]]);
});

Deno.test("a currency in a number's format makes no date of it, whatever its letters; dates stay dates", async () => {
  const formats = ["[$ USD]#,##0", "#,##0\\ [$S/.-280A]", "[$-409]yyyy\\-mm\\-dd", "[$Sh. D]0"];
  const rows = formats.map((_, i) =>
    `<row><c s="${i + 1}"><v>46082</v></c><c s="${i + 1}"><v>46082</v></c></row>`
  );
  const [usd, soles, date, shillings] = rows;
  assertEquals(await fieldsOf(workbook(usd + soles + shillings, formats)), [
    ["46082", "46082"],
    ["46082", "46082"],
    ["46082", "46082"],
  ]);
  const fault = await faultOf(workbook(date, formats));
  assert(
    fault.startsWith('a.xlsx: S!A2: user_id is "2026-03-01", expected an id, not a date'),
    fault,
  );
  const text = `<row>${cell("<t>u</t>")}<c s="3"><v>46082.5</v></c></row>`;
  assertEquals(await fieldsOf(workbook(text, formats)), [["u", "2026-03-01T12:00:00Z"]]);
});

Deno.test("a date that is written as text of type d is a date like others", async () => {
  const dates = ["2026-03-01", "2026-03-01T00:00:00", "2026-03-01T12:00:00", "12:00:00"];
  const rows = dates.map((text) => `<row>${cell("<t>u</t>")}<c t="d"><v>${text}</v></c></row>`);
  assertEquals(await fieldsOf(workbook(rows.join(""))), [
    ["u", "2026-03-01"],
    ["u", "2026-03-01"],
    ["u", "2026-03-01T12:00:00Z"],
    ["u", "12:00:00"],
  ]);
  for (const formula of ["", "<f>TODAY()</f>"]) {
    const id = `<row><c r="A2" t="d">${formula}<v>2026-03-01</v></c>${cell("<t>x</t>")}</row>`;
    const fault = await faultOf(workbook(id));
    assert(
      fault.startsWith('a.xlsx: S!A2: user_id is "2026-03-01", expected an id, not a date'),
      fault,
    );
  }
});

Deno.test("a part of a workbook that is not UTF-8 is refused by name and line", async () => {
  const bytes = workbook(`<row>\n${cell("<t>Gr?</t>")}${cell("<t>x</t>")}</row>`);
  // With the checksum as it was, a byte is damaged.
  const damaged = (byte: number) => {
    const text = new TextDecoder("latin1").decode(bytes);
    const copy = bytes.slice();
    copy[text.indexOf("Gr?") + 2] = byte;
    return copy;
  };
  const written = async (byte: number) => {
    const members: { name: string; bytes: Uint8Array }[] = [];
    for await (const member of zipMembers(randomBytes(bytes), "a.xlsx", DEFAULT_LIMITS)) {
      const at = new TextDecoder("latin1").decode(member.bytes).indexOf("Gr?");
      if (at >= 0) member.bytes[at + 2] = byte;
      members.push(member);
    }
    return storedZip(members);
  };
  const fault = await faultOf(await written(0xe9));
  assert(
    fault.startsWith("a.xlsx: xl/worksheets/sheet1.xml:2: character ") &&
      fault.includes("is byte 0xE9, expected UTF-8"),
    fault,
  );
  assert((await faultOf(damaged(0xe9))).includes("checksum is wrong"));
});

Deno.test("a workbook without such parts stays the bytes that it is", async () => {
  const bytes = workbook(`<row>${cell("<t>u</t>")}${cell("<t>x</t>")}</row>`, ["[$-409]0", "0.00"]);
  assert(await readableWorkbook(bytes, "a.xlsx", DEFAULT_LIMITS) === bytes);
});

Deno.test("what is to be put otherwise is found wherever it stands in a large part", async () => {
  const sign = 't="d"', sheet = /sheet1/;
  const withBlanks = (blanks: number) =>
    workbook(
      `${" ".repeat(blanks)}<row>${cell("<t>u</t>")}<c ${sign}><v>2026-03-01</v></c></row>`,
    );
  let first = -1;
  for await (const { bytes } of zipMembers(randomBytes(withBlanks(0)), "", DEFAULT_LIMITS, sheet)) {
    first = new TextDecoder().decode(bytes).indexOf(sign);
  }
  // Parts are looked at in pieces of this length: the sign lies across the end of one, with each number of its letters before it.
  for (let before = 0; before <= sign.length; before++) {
    const bytes = withBlanks(2 * 65_536 - first - before);
    assert(await readableWorkbook(bytes, "a.xlsx", DEFAULT_LIMITS) !== bytes, `${before}`);
  }
});
