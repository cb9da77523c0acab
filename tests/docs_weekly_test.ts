/** docs/weekly.md: the commands of each section run, in a folder of its own, and print what the page says. */
import { testPageCommands } from "./support/page_commands.ts";

await testPageCommands("docs/weekly.md", /^## /m);
