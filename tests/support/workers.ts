/** Workers that do what a test wants of them. */

/** Runs with the platform's workers replaced by this kind of them. */
export async function withWorkers<T>(kind: unknown, run: () => Promise<T>): Promise<T> {
  const own = globalThis.Worker;
  try {
    globalThis.Worker = kind as typeof Worker;
    return await run();
  } finally {
    globalThis.Worker = own;
  }
}

/** A worker that says these things to whatever it is asked, and nothing more. */
export function saying(...said: unknown[]): unknown {
  return class {
    onmessage: (event: { data: unknown }) => void = () => {};
    postMessage() {
      queueMicrotask(() => said.forEach((data) => this.onmessage({ data })));
    }
    terminate() {}
  };
}
