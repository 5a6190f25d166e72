import * as z from "zod/mini";
import { faultsOf } from "../config/fault.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { after, type DurationMs, type EpochMs, seconds } from "../lang/time.ts";
import type { Call } from "./call.ts";
import { readPrefer } from "./prefer.ts";
import { invalidRequest, type Problem } from "./problem.ts";
import { queryValues } from "./query.ts";
import { WAIT_SECONDS_MAX, Wait } from "./trigger-schema.ts";

/** What `?wait=true` means where no command's timing class says otherwise. */
const WAIT_MS_DEFAULT = seconds(30);

/** Events on one page. */
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1000;

const After = z.optional(z.int("Must be the number of an event").check(z.minimum(0)));

export const WaitQuery = z.strictObject({ wait: Wait });
export const EventsQuery = z.strictObject({
  wait: Wait,
  after: After,
  limit: z._default(
    z.int(`Must be a number from 1 to ${LIMIT_MAX}`).check(z.minimum(1), z.maximum(LIMIT_MAX)),
    LIMIT_DEFAULT,
  ),
});
export const SocketQuery = z.strictObject({ after: After });

/** The query of a request that reads, checked: every fault at once. */
export function readQuery<Schema extends z.ZodMiniObject>(
  schema: Schema,
  request: Request,
): Result<z.output<Schema>, Problem> {
  const parsed = schema.safeParse(queryValues(new URL(request.url).searchParams));
  if (parsed.success) return ok(parsed.data);
  const faults = faultsOf(parsed.error, () => Object.keys(schema.shape));
  return refuse(
    invalidRequest(faults.map(({ path, message }) => ({ path: `query.${path}`, message }))),
  );
}

/** How long a reader waits for news. */
export type ReadPatience = {
  /** 0 = not at all. */
  readonly waitMs: DurationMs;
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** `Preference-Applied`, where `Prefer` decided. */
  readonly headers: { readonly [name: string]: string };
};

/** The query decides, then `Prefer`; a reader who says nothing does not wait. */
export function readPatience(
  { wait: asked }: { readonly wait?: boolean | number | undefined },
  { request, receivedAt: since }: Call,
): Result<ReadPatience, Problem> {
  const patience = (waitMs: DurationMs, headers: ReadPatience["headers"] = {}): ReadPatience => ({
    waitMs,
    since,
    until: after(since, waitMs),
    headers,
  });
  const { wait } = readPrefer(request.headers.get("prefer"));
  if (asked !== undefined) return ok(patience(waitMsOf(asked)));
  if (wait === null) return ok(patience(seconds(0)));
  if (wait > WAIT_SECONDS_MAX) {
    const message = `wait must be at most ${WAIT_SECONDS_MAX} seconds`;
    return refuse(invalidRequest([{ path: "Prefer", message }]));
  }
  return ok(patience(seconds(wait), { "preference-applied": `wait=${wait}` }));
}

function waitMsOf(wait: boolean | number): DurationMs {
  if (typeof wait === "number") return seconds(wait);
  return wait ? WAIT_MS_DEFAULT : seconds(0);
}
