/**
 * A command with all that works for it: processes below this one (servers that it started included), what processor time they
 * take while the command runs, and how much memory they hold together at most. Linux only, as it reads /proc.
 */

/** What a command took. */
export interface Taken {
  /** Seconds by the clock. */
  readonly seconds: number;
  /** Processor seconds of all processes. */
  readonly processorSeconds: number;
  /** Largest sum of the resident memory of all processes, in bytes. */
  readonly peakBytes: number;
  /** Exit code. */
  readonly code: number;
  /** The end of what it said on standard error. */
  readonly said: string;
}

/** Milliseconds between looks. */
const EVERY = 100;
/** Clock ticks of a second, and bytes of a page, as Linux has them. */
const TICKS = 100, PAGE = 4096;
/** How much of standard error is kept. */
const SAID = 2000;

/** Runs a command to its end and watches it. */
export async function watched(program: string, args: readonly string[]): Promise<Taken> {
  const before = await below(Deno.pid), latest = new Map<number, number>();
  const begun = performance.now();
  const process = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "", peakBytes = 0;
  const reading = (async () => {
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      said = (said + text).slice(-SAID);
    }
  })();
  let ended = false;
  const status = process.status.then((value) => {
    ended = true;
    return value;
  });
  while (!ended) {
    const now = await below(Deno.pid);
    let bytes = 0;
    for (const [pid, { seconds, resident }] of now) {
      latest.set(pid, seconds - (before.get(pid)?.seconds ?? 0));
      bytes += resident;
    }
    peakBytes = Math.max(peakBytes, bytes);
    await Promise.race([status, new Promise((resolve) => setTimeout(resolve, EVERY))]);
  }
  const { code } = await status;
  await reading;
  return {
    seconds: (performance.now() - begun) / 1000,
    processorSeconds: [...latest.values()].reduce((sum, seconds) => sum + seconds, 0),
    peakBytes,
    code,
    said,
  };
}

interface Process {
  readonly parent: number;
  readonly seconds: number;
  readonly resident: number;
}

/** The processes below one, by process id. */
async function below(root: number): Promise<Map<number, Process>> {
  const all = new Map<number, Process>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    // The command stands in parentheses and may hold anything; fields are counted from behind it.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (fields.length < 22) continue;
    all.set(Number(name), {
      parent: Number(fields[1]),
      seconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
      resident: Number(fields[21]) * PAGE,
    });
  }
  const isBelow = (pid: number): boolean => {
    const parent = all.get(pid)?.parent ?? 0;
    return parent === root || (parent > 1 && isBelow(parent));
  };
  return new Map([...all].filter(([pid]) => isBelow(pid)));
}
