/// <reference lib="dom" />
/**
 * The script of the page that a server hands out.
 *
 * @module
 */
import { drawStudio } from "./app.ts";
import { serverLink } from "./server_link.ts";

drawStudio(serverLink);
