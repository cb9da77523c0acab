/**
 * `divvy certificate explain`: the certificate's format in words.
 *
 * @module
 */
import { Argument } from "../../../deps/commander.ts";
import { DivvyCommand } from "../../frame/command.ts";
import { write } from "../../frame/terminal/write.ts";

/** Defines `divvy certificate`. */
export function certificateCommand(): DivvyCommand {
  return new DivvyCommand("certificate", "what a certificate says, and how to check one")
    .description(
      "What certificate.json says, field by field, and how anybody checks it: enough to write a\n" +
        "checker of one's own.",
    )
    .addArgument(
      new Argument("<topic>", "explain: the format, field by field").choices(["explain"]),
    )
    .helpGroup("Drops:")
    .example("The format, field by field", "divvy certificate explain")
    .runs(async () => {
      const { CERTIFICATE_TEXT } = await import("./certificate_text.ts");
      write(Deno.stdout, CERTIFICATE_TEXT);
    }) as DivvyCommand;
}
