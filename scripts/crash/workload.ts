import type { Random } from "./random.ts";

/** A trigger that was sent, and what came back before the server died. */
export type Sent = {
  readonly kind: Kind;
  /** `null`: no answer, so the job may exist or not, and nothing is owed. */
  readonly jobId: string | null;
};

/** The ways in which a job can be caught by a crash. */
const KINDS = {
  direct: { path: "lab/sleep", payload: (random: Random) => ({ ms: random.between(100, 4000) }) },
  queued: { path: "lab/work", payload: (random: Random) => ({ ms: random.between(100, 4000) }) },
  retried: {
    path: "lab/flaky",
    payload: (random: Random) => ({
      failures: random.between(1, 2),
      retry_after_ms: random.between(500, 4000),
    }),
  },
  quick: { path: "lab/echo", payload: () => ({ text: "quick" }) },
  fired: { path: "lab/poke", payload: () => ({ text: "fired" }) },
  hopeless: { path: "lab/flaky", payload: () => ({ failures: 99, retry_after_ms: 200 }) },
} as const satisfies Record<string, Workload>;

type Workload = {
  readonly path: string;
  readonly payload: (random: Random) => object;
};

export type Kind = keyof typeof KINDS;

const DRAW: readonly [Kind, ...Kind[]] = [
  "direct",
  "direct",
  "queued",
  "queued",
  "retried",
  "retried",
  "quick",
  "fired",
  "hopeless",
];

/** How the jobs of each kind must end. A crash may cost attempts, so only success can turn into `dead`. */
export const ENDS: { readonly [kind in Kind]: readonly string[] } = {
  direct: ["succeeded"],
  queued: ["succeeded"],
  retried: ["succeeded"],
  quick: ["succeeded"],
  fired: ["succeeded"],
  hopeless: ["dead"],
};

/** Triggers one job of a random kind, some of them waited for. */
export async function triggerOne(url: string, random: Random): Promise<Sent> {
  const kind = random.pick(DRAW);
  const { path, payload } = KINDS[kind];
  const body = { payload: payload(random), ...(random.next() < 0.3 ? { wait: 30 } : {}) };
  try {
    const response = await fetch(`${url}/trigger/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const { job_id: jobId } = (await response.json()) as { job_id: string };
    return { kind, jobId };
  } catch {
    // The server died under the request. That is the point.
    return { kind, jobId: null };
  }
}
