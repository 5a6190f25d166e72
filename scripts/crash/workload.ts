import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "./random.ts";

/** A trigger that was sent, and what came back before the server died. */
export type Sent = Work & {
  /** `null`: no answer, so the job may exist or not, and nothing is owed. */
  readonly jobId: string | null;
  /** Whether somebody was told that it is cancelled. */
  readonly isCancelled: boolean;
};

/** What to trigger. It can be sent again as it is: that is what keys are for. */
export type Work = {
  readonly kind: Kind;
  /** Unique to this piece of work. */
  readonly name: string;
  readonly body: object;
  readonly headers: { readonly [name: string]: string };
};

type Plan = {
  readonly path: string;
  readonly body: (random: Random, name: string) => object;
  /** How such a job must end. A crash may cost attempts, so only success can turn into `dead`. */
  readonly ends: readonly string[];
  /** Of ten draws or so. */
  readonly share: number;
};

/** The ways in which a job can be caught by a crash. */
const KINDS = {
  direct: {
    path: "lab/sleep",
    body: (random: Random) => ({ payload: { ms: random.between(100, 4000) } }),
    ends: ["succeeded"],
    share: 2,
  },
  queued: {
    path: "lab/work",
    body: (random: Random) => ({ payload: { ms: random.between(100, 4000) } }),
    ends: ["succeeded"],
    share: 2,
  },
  retried: {
    path: "lab/flaky",
    body: (random: Random) => ({
      payload: {
        failures: random.between(1, 2),
        retry_after_ms: random.between(500, 4000),
      },
    }),
    ends: ["succeeded"],
    share: 2,
  },
  quick: {
    path: "lab/echo",
    body: () => ({ payload: { text: "quick" } }),
    ends: ["succeeded"],
    share: 1,
  },
  fired: {
    path: "lab/poke",
    body: () => ({ payload: { text: "fired" } }),
    ends: ["succeeded"],
    share: 1,
  },
  hopeless: {
    path: "lab/flaky",
    body: () => ({ payload: { failures: 99, retry_after_ms: 200 } }),
    ends: ["dead"],
    share: 1,
  },
  delayed: {
    path: "lab/echo",
    body: (random: Random) => ({ delay: random.between(5, 40) / 10 }),
    ends: ["succeeded"],
    share: 2,
  },
  cancelled: {
    path: "lab/sleep",
    body: () => ({ payload: { ms: 20_000 } }),
    ends: ["cancelled", "succeeded"],
    share: 2,
  },
  cancelled_queued: {
    path: "lab/work",
    body: () => ({ payload: { ms: 20_000 } }),
    ends: ["cancelled", "succeeded"],
    share: 1,
  },
  remembered: {
    path: "lab/remember",
    body: (_random: Random, name: string) => ({ payload: { updates: { [name]: true } } }),
    ends: ["succeeded"],
    share: 3,
  },
  keyed: {
    path: "lab/sleep",
    body: (random: Random) => ({ payload: { ms: random.between(10, 3000) } }),
    ends: ["succeeded"],
    share: 2,
  },
  deduplicated: {
    path: "lab/work",
    body: (random: Random, name: string) => ({
      payload: { ms: random.between(10, 3000) },
      dedupe_key: name,
    }),
    ends: ["succeeded"],
    share: 2,
  },
} as const satisfies Record<string, Plan>;

export type Kind = keyof typeof KINDS;

const DRAW = Object.entries(KINDS).flatMap(([kind, { share }]) =>
  Array.from({ length: share }, () => kind),
) as [Kind, ...Kind[]];

export const endsOf = (kind: Kind): readonly string[] => KINDS[kind].ends;

/** Whether the same trigger again must lead to the same job. */
export const hasKey = (kind: Kind): boolean => kind === "keyed" || kind === "deduplicated";

const isToBeCancelled = (kind: Kind): boolean => kind.startsWith("cancelled");

/** Work of a random kind, some of it waited for. */
export function drawWork(random: Random, name: string): Work {
  const kind = random.pick(DRAW);
  const wait = random.next() < 0.3 ? { wait: 30 } : {};
  return {
    kind,
    name,
    body: { ...KINDS[kind].body(random, name), ...wait },
    headers: kind === "keyed" ? { "idempotency-key": name } : {},
  };
}

/** Sends one trigger. `null`: the server died under it, which is the point. */
export async function trigger(url: string, { kind, body, headers }: Work): Promise<string | null> {
  const answer = await post(`${url}/trigger/${KINDS[kind].path}`, body, headers);
  return typeof answer?.["job_id"] === "string" ? answer["job_id"] : null;
}

/** Triggers a piece of work, and cancels it some time later where it is meant to be cancelled. */
export async function send(url: string, work: Work, random: Random): Promise<Sent> {
  // Drawn before anything can fail: the same seed draws the same numbers.
  const cancelAfterMs = random.between(0, 2000);
  if (!isToBeCancelled(work.kind)) {
    return { ...work, jobId: await trigger(url, work), isCancelled: false };
  }
  const jobId = await trigger(url, { ...work, body: { ...work.body, wait: false } });
  if (jobId === null) return { ...work, jobId, isCancelled: false };
  await sleep(cancelAfterMs);
  const answer = await post(`${url}/jobs/${jobId}/cancel`, { reason: "The crash test said so" });
  return { ...work, jobId, isCancelled: answer?.["status"] === "cancelled" };
}

/** What the lab remembers: the state that all `remembered` jobs have left. */
export async function readState(url: string): Promise<{ readonly [key: string]: unknown }> {
  const answer = await post(`${url}/trigger/lab/remember`, { payload: { updates: {} }, wait: 60 });
  const { output = {} } = (answer?.["result"] ?? {}) as { output?: object };
  return output as { readonly [key: string]: unknown };
}

async function post(
  url: string,
  body: object,
  headers: { readonly [name: string]: string } = {},
): Promise<{ readonly [key: string]: unknown } | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { readonly [key: string]: unknown };
  } catch {
    // The server died under the request.
    return null;
  }
}
