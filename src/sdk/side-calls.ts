import { PluginError } from "./plugin-error.ts";

/** The job in the hands of the plugin: what the gateway passes beside the request. */
export type JobOfAttempt = {
  progress(value: object): Promise<void>;
  output(text: string): Promise<void>;
  artifact(name: string, bytes: ReadableStream, about: object): Promise<void>;
  /** Comes back when nobody wants the attempt any more. */
  gone(): Promise<void>;
};

/** Cancelling is rare and most attempts are short: whoever is done by then has asked for nothing. */
const LISTEN_AFTER_MS = 1000;

/**
 * Side calls that an author need not wait for: they are all on their way before the answer is. One that
 * comes back as stale ends the work, because nobody wants its result.
 */
export function sideCalls(job: JobOfAttempt | undefined, abort: (reason: Error) => void) {
  const listening = setTimeout(() => {
    // Where this breaks off, the attempt has its deadline, and its next side call, to hear of it.
    job?.gone().then(
      () => leave(),
      () => {},
    );
  }, LISTEN_AFTER_MS);
  const underway = new Set<Promise<void>>();
  let isGone = false;
  const leave = (why?: unknown) => {
    isGone = true;
    abort(new Error("The attempt is no longer wanted", { cause: why }));
  };
  const track = (call: Promise<void> | undefined): Promise<void> => {
    const done = (call ?? Promise.resolve()).catch((cause: unknown) => {
      if (!isStale(cause)) throw cause;
      leave(cause);
    });
    underway.add(done);
    const tracked = done.finally(() => underway.delete(done));
    // Whoever does not wait for it does not want to hear of it either: nothing is left unhandled.
    tracked.catch(() => {});
    return tracked;
  };
  return {
    progress: (value: object) => track(job?.progress(value)),
    output: (text: string) => track(job?.output(text)),
    artifact: (name: string, bytes: ReadableStream, about: object) =>
      track(job === undefined ? nowhere() : job.artifact(name, bytes, about)),
    /** Nobody wants to know how the attempt ends: that it stops is no fault of anybody's. */
    isGone: () => isGone,
    /** Resolves when every call so far has been taken or refused. */
    settled: async () => {
      clearTimeout(listening);
      await Promise.allSettled(underway);
    },
  };
}

/** Words may be lost on nobody. Bytes that somebody wants to keep may not. */
async function nowhere(): Promise<never> {
  const message = "An immediate command has no job that could keep an artifact";
  throw new PluginError("no_job", message, { retry: false });
}

function isStale(cause: unknown): boolean {
  return (cause as { readonly code?: unknown } | null)?.code === "stale_attempt";
}
