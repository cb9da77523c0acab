/**
 * Writes the gallery: the data of its jobs under examples/gallery, their pictures and docs/gallery.md. `deno task gallery`.
 */
import { fileURLToPath } from "node:url";
import { allocate, check, readDrop, report } from "../../mod.ts";
import { readSplit, split, splitBy, splitChart, splitGoods } from "../../split.ts";
import { renderSvg, type VegaLiteSpec } from "../../lib/deps/vega.ts";
import { reportCharts } from "../../lib/report/charts/charts.ts";
import type { MethodName, Policy } from "../../types.ts";
import { filesOf, type Job, JOBS } from "./jobs.ts";

/** Where data is, and where pages are. */
export interface GalleryFolders {
  readonly examples: URL;
  readonly docs: URL;
}

const root = new URL("../../", import.meta.url);

/** The repository's own. */
export const OWN: GalleryFolders = {
  examples: new URL("examples/gallery/", root),
  docs: new URL("docs/", root),
};

/** The result of a job: a sentence, and the picture. */
interface Outcome {
  readonly sentence: string;
  readonly spec: VegaLiteSpec;
}

/** Writes data, pictures and the page. */
export async function generate({ examples, docs }: GalleryFolders): Promise<void> {
  await Deno.mkdir(new URL("gallery/", docs), { recursive: true });
  const sections: string[] = [];
  for (const job of JOBS) {
    const folder = new URL(`${job.name}/`, examples);
    await Deno.mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(filesOf(job))) {
      await Deno.writeTextFile(new URL(name, folder), text);
    }
    const { sentence, spec } = await outcomeOf(job, folder);
    await Deno.writeTextFile(
      new URL(`gallery/${job.name}.svg`, docs),
      await renderSvg({ ...spec, config: { ...spec.config as object, background: "#ffffff" } }),
    );
    sections.push(section(job, sentence));
  }
  await Deno.writeTextFile(new URL("gallery.md", docs), `${PREFACE}\n${sections.join("\n")}`);
}

const PREFACE = `# Gallery

Ten jobs, each a folder under [examples/gallery](../examples/gallery) with data made from a seed and one
command, which a test runs. The pictures are among those that the command's page (\`--html\`) shows. This page,
the data and the pictures are made by \`deno task gallery\`.
`;

function section({ name, title, about, how, command }: Job, sentence: string): string {
  return `## ${title}

${about} ${how}

\`\`\`sh ${name}
${command}
\`\`\`

${sentence}

![${title}](gallery/${name}.svg)
`;
}

function outcomeOf(job: Job, folder: URL): Promise<Outcome> {
  return job.picture === "split" ? splitOutcome(job, folder) : dropOutcome(job, folder);
}

async function dropOutcome(job: Job, folder: URL): Promise<Outcome> {
  const at = (name: string) => fileURLToPath(new URL(name, folder));
  const config = JSON.parse(await Deno.readTextFile(new URL("divvy.json", folder)));
  const drop = await readDrop({
    caps: at("caps.csv"),
    elig: at("elig.csv"),
    userGroups: at("user_groups.csv"),
    groupRatios: at("group_ratios.csv"),
    ...(config.limits !== undefined && { limits: at(config.limits) }),
  });
  const policy = policyOf({ model: config.model, ...config.allocate });
  const allocation = await allocate(drop, policy);
  if (!check(drop, allocation).feasible) throw new Error(`${job.name}: a rule is broken`);
  const { facts } = report(drop, allocation, { title: job.title });
  const spec = reportCharts(facts)[job.picture];
  const { sentence, proof } = facts.headline;
  // How much the prices alone prove may depend on the time that the run had.
  const proven = proof.replace(/, by the solver's search.*$/, ".");
  return { sentence: `${sentence} ${proven}`, spec };
}

/** Options of the configuration file in the library's spelling. */
function policyOf(options: Record<string, unknown>): Partial<Policy> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value]),
  );
}

async function splitOutcome({ command }: Job, folder: URL): Promise<Outcome> {
  const at = (name: string) => fileURLToPath(new URL(name, folder));
  const options = new Map(
    [...command.matchAll(/--?([a-z-]+) ([^\s-]\S*)/g)].map(([, name, value]) => [name, value]),
  );
  const number = (name: string) => options.has(name) ? Number(options.get(name)) : undefined;
  const input = at(options.get("i")!), step = number("step");
  if (options.has("goods")) {
    const { goods } = splitGoods(await readSplit(input, { goods: at(options.get("goods")!) }), {
      step,
    });
    const all = goods.map(({ good, people }) =>
      `${people.reduce((sum, { units }) => sum + units, 0)} ${good}`
    );
    return { sentence: `Given: ${all.join(", ")}.`, spec: splitChart(goods[0]) };
  }
  const groups = options.get("groups");
  const problem = await readSplit(input, {
    total: number("total"),
    price: number("price"),
    ...(groups !== undefined && { groups: at(groups) }),
  });
  const method = options.get("method");
  const found = method === undefined
    ? split(problem, {
      step,
      leftover: command.includes("--leftover"),
      changeWeight: number("change-weight"),
    })
    : splitBy(method as MethodName, problem);
  const units = found.people.map(({ name, units }) => `${name} ${Number(units.toFixed(2))}`);
  return { sentence: `Given: ${units.join(", ")}.`, spec: splitChart(found) };
}

if (import.meta.main) {
  await generate(OWN);
  console.error(`wrote ${JOBS.length} jobs under examples/gallery, and docs/gallery.md`);
}
