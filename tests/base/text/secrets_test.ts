import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { InputError, quote } from "../../../lib/base/errors.ts";
import { hideFromAddress, hideSecrets } from "../../../lib/base/text/secrets.ts";

Deno.test("a value of megabytes is looked through once: no text makes a message take minutes", () => {
  const many = 2_000_000;
  const texts = ["x", "?", "://", "a://", "a://x:y@z ", '"', "&pass", "?token", "a.+-"].flatMap(
    (part) => {
      const long = part.repeat(many / part.length);
      return [long, `http://${long}`, `http://h/?${long}`];
    },
  );
  for (const text of texts) {
    hideSecrets(text);
    hideFromAddress(text);
    quote(text);
  }
  const value = "x".repeat(16 << 20);
  const { message } = InputError.at({ file: "a.csv", line: 2, column: "k", value, expected: "1" });
  assertEquals(message, `a.csv:2: k is "${"x".repeat(59)}…", expected 1`);
});

Deno.test("addresses are found wherever they begin, with the scheme that they have", () => {
  const cases = [
    ["1a://u:p@h", "1a://u:***@h"],
    ["://u:p@h", "://u:p@h"],
    ["9://u:p@h", "9://u:p@h"],
    ["(x+y.z-1://u:p@h://q@r)", "(x+y.z-1://u:***@r)"],
    ["a://u:p@h b://v:q@i", "a://u:***@h b://v:***@i"],
    ["a://h?a?token?x=1&b?sig=2", "a://h?a?token?x=***&b?sig=***"],
    ["a://h?next=b?token=1", "a://h?next=b?token=***"],
  ];
  for (const [text, hidden] of cases) assertEquals(hideSecrets(text), hidden);
});
