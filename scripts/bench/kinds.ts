import { interactionsAt } from "./channels.ts";
import type { Ask } from "./client.ts";
import { rest } from "./counted.ts";

/** Where a job of a kind is triggered, and how its caller goes on. */
export type Kind = {
  readonly name: string;
  /** How many deliveries its receiver gets. */
  readonly deliveries?: number;
  /** There is something left to do when its caller has been answered. */
  readonly goesOn?: boolean;
  /**
   * Dispatched through the queue: it is counted with either runner. All others are counted with the
   * consumer, as a deployment has it.
   */
  readonly isQueued?: boolean;
  /** Dollars for a million, everything but storage, that it may cost at most. */
  readonly dollarsMax?: number;
  /** Its removal has to look into the bucket. */
  readonly keepsArtifact?: boolean;
  /** Triggers one, and returns when its caller has all that it wanted. Returns the job's id where it is told. */
  readonly run: (caller: Caller) => Promise<string | null>;
};

type Caller = {
  readonly url: string;
  readonly ask: Ask;
  /** A URL of a receiver that no other job has: the switch must be looked up for each. */
  readonly receiver: string;
  /** A word that no other job has. */
  readonly word: string;
};

/** One look at a job that was not waited for, when it is over. */
const POLL_AFTER_MS = 60;
const TEXT = { text: "hello" };
const ARTIFACT_BYTES = 10_000;

export const KINDS: readonly Kind[] = [
  {
    name: "direct, waited",
    dollarsMax: 8,
    run: ({ ask }) => triggered(ask, "lab/echo", { payload: TEXT, wait: true }),
  },
  { name: "direct, 202 and one poll", run: ({ ask }) => polled(ask) },
  {
    name: "queue, waited",
    isQueued: true,
    dollarsMax: 12,
    run: ({ ask }) => triggered(ask, "clock/answer", { payload: { ms: 0 }, wait: true }),
  },
  {
    name: "fire and forget",
    goesOn: true,
    run: ({ ask }) => triggered(ask, "lab/poke", { payload: TEXT }),
  },
  {
    name: "retried once",
    run: ({ ask }) => {
      const payload = { failures: 1, retry_after_ms: 100 };
      return triggered(ask, "lab/flaky", { payload, wait: true });
    },
  },
  {
    name: "callback_url",
    deliveries: 1,
    goesOn: true,
    run: ({ ask, receiver }) =>
      triggered(ask, "lab/echo", { payload: TEXT, wait: true, callback_url: receiver }),
  },
  {
    name: "state_webhook_url",
    deliveries: 4,
    goesOn: true,
    run: ({ ask, receiver }) =>
      triggered(ask, "lab/echo", { payload: TEXT, wait: true, state_webhook_url: receiver }),
  },
  {
    name: "Idempotency-Key",
    run: ({ ask, word }) =>
      triggered(ask, "lab/echo", { payload: TEXT, wait: true }, { "idempotency-key": word }),
  },
  {
    name: "dedupe_key",
    run: ({ ask, word }) =>
      triggered(ask, "lab/echo", { payload: TEXT, wait: true, dedupe_key: word }),
  },
  {
    name: "with a lane",
    run: ({ ask }) => triggered(ask, "text/stats", { payload: TEXT, wait: true }),
  },
  {
    name: "an artifact of 10 KB",
    keepsArtifact: true,
    run: ({ ask }) =>
      triggered(ask, "lab/artifact", { payload: { bytes: ARTIFACT_BYTES }, wait: true }),
  },
  {
    name: "Discord, answered inline",
    run: async ({ url }) => {
      await interactionsAt(url).echo();
      return null;
    },
  },
];

/** What the gateway of these kinds is set to: nobody else's plugin has a lane. */
export const KINDS_SETTINGS = { plugins: { text: { concurrency: 4 } } };

async function triggered(
  ask: Ask,
  ...[target, body, headers = {}]: readonly [string, object, { readonly [name: string]: string }?]
): Promise<string> {
  const { status, text } = await ask(`/trigger/${target}`, body, headers);
  if (status >= 300) throw new Error(`${target} answered ${status}: ${text}`);
  return JSON.parse(text).job_id;
}

async function polled(ask: Ask): Promise<string> {
  const jobId = await triggered(ask, "lab/echo", { payload: TEXT });
  await rest(POLL_AFTER_MS);
  const { text } = await ask(`/jobs/${jobId}`, null);
  if (JSON.parse(text).finished_at === null) throw new Error(`Polled too early: ${text}`);
  return jobId;
}
