import * as z from "zod/mini";
import { faultsOf } from "../config/fault.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import { isFinalStatus } from "../core/job/status.ts";
import type { GatewayEnv } from "../edge/env.ts";
import { findJob, JobNotFoundFault } from "../edge/job/job-client.ts";
import { snapshotSoon } from "../edge/watch/wait.ts";
import { watchJob } from "../edge/watch/watch-job.ts";
import { after, durationMs, type EpochMs } from "../lang/time.ts";
import { jsonResponse } from "./answer.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { onHold } from "./hold.ts";
import { invalidRequest, problemResponse } from "./problem.ts";

/** Contract, section 3. */
const IDS_MAX = 100;
const TIMEOUT_MS_MAX = 30_000;

const Body = z.strictObject({
  job_ids: z.pipe(
    z
      .array(z.string())
      .check(z.minLength(1), z.maxLength(IDS_MAX, `Must be at most ${IDS_MAX} ids`)),
    z.transform((ids: string[]) => [...new Set(ids)]),
  ),
  mode: z._default(z.enum(["any", "all"]), "all"),
  timeout_ms: z._default(
    z.int().check(z.minimum(0), z.maximum(TIMEOUT_MS_MAX, `Must be at most ${TIMEOUT_MS_MAX}`)),
    TIMEOUT_MS_MAX,
  ),
  fail_fast: z._default(z.boolean(), false),
});

type Asked = z.output<typeof Body>;

/** What is known of one job so far; `null` = there is none. */
type Seen = Snapshot | null;

/** `POST /jobs/wait`: until any or all of up to 100 jobs are final. */
export async function waitForJobs(call: Call): Promise<Response> {
  const body = await readJsonBody(call.request);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const parsed = Body.safeParse(body.value);
  if (!parsed.success) {
    const faults = faultsOf(parsed.error, () => Object.keys(Body.shape));
    return problemResponse(call.origin, invalidRequest(faults));
  }
  const asked = parsed.data;
  const since = call.receivedAt;
  const until = after(since, durationMs(asked.timeout_ms));
  return onHold(call, until, async () => {
    const seen = await seenBy(call.env, asked, until);
    return jsonResponse(200, { ...sorted(asked, seen), elapsed_ms: Date.now() - since });
  });
}

/** Watches every job at once, until what was asked for has come to pass, or patience is over. */
async function seenBy(
  env: GatewayEnv,
  asked: Asked,
  until: EpochMs,
): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  const ids = asked.job_ids;
  const enough = new AbortController();
  const look = async (id: string) => {
    for await (const snapshot of snapshotsOf(env, id, { until, signal: enough.signal })) {
      seen.set(id, snapshot);
      // Everyone is heard once, so that every job is in one of the lists.
      if (seen.size === ids.length && isEnough(asked, seen)) enough.abort();
    }
  };
  try {
    await Promise.all(ids.map(look));
  } finally {
    // One job that cannot be reached fails the whole: then the others are not watched any longer.
    enough.abort();
  }
  return seen;
}

/** The job each time it changes, up to its end; `null` once where there is none. */
async function* snapshotsOf(
  env: GatewayEnv,
  id: string,
  time: { readonly until: EpochMs; readonly signal: AbortSignal },
): AsyncGenerator<Seen> {
  const job = findJob(env, id);
  if (job === null) return yield null;
  let isSeen = false;
  try {
    for await (const told of watchJob(job, { want: "end" }, time)) {
      if (!("snapshot" in told)) continue;
      isSeen = true;
      yield told.snapshot;
      if (isFinalStatus(told.snapshot.status)) return;
    }
    // Nobody had the patience to watch: one look is all.
    if (!isSeen) yield await snapshotSoon(job);
  } catch (cause) {
    if (!(cause instanceof JobNotFoundFault)) throw cause;
    yield null;
  }
}

function isEnough(asked: Asked, seen: ReadonlyMap<string, Seen>): boolean {
  const { completed, failed, unknown } = groupsOf(seen);
  const ended = completed.length + failed.length;
  if (asked.fail_fast && failed.length > 0) return true;
  if (asked.mode === "any" && ended > 0) return true;
  return ended + unknown.length === asked.job_ids.length;
}

function sorted(asked: Asked, seen: ReadonlyMap<string, Seen>) {
  const inOrder = new Map(
    asked.job_ids.flatMap((id) => {
      const snapshot = seen.get(id);
      return snapshot === undefined ? [] : [[id, snapshot] as const];
    }),
  );
  return { ...groupsOf(inOrder), reason: isEnough(asked, seen) ? "complete" : "timeout" };
}

function groupsOf(seen: ReadonlyMap<string, Seen>) {
  const found = [...seen.values()].filter((snapshot) => snapshot !== null);
  const ended = found.filter(({ status }) => isFinalStatus(status));
  return {
    completed: ended.filter(({ status }) => status === "succeeded"),
    failed: ended.filter(({ status }) => status !== "succeeded"),
    pending: found.filter(({ status }) => !isFinalStatus(status)),
    unknown: [...seen].filter(([, snapshot]) => snapshot === null).map(([id]) => id),
  };
}
