import type { ReceiverKind } from "../receivers/kinds.ts";
import type { PlannedCallback } from "../receivers/plan.ts";
import type { Random } from "../seed/random.ts";
import type { Work } from "./kinds/kind.ts";
import { KIND_DRAWS, KINDS, type KindName } from "./kinds/registry.ts";
import { WAY_DRAWS, type WayName } from "./ways/registry.ts";

/** A piece of work, who wants to hear of it, and from when on. */
export type Planned = {
  /** Unique. */
  readonly name: string;
  readonly kind: KindName;
  /** Since the run began. */
  readonly atMs: number;
  /** How soon it is triggered once the server is up, where it was not. */
  readonly afterUpMs: number;
  readonly work: Work;
  /** Whether the same is sent once more, some time later, where it has a key. */
  readonly isAgain: boolean;
  /** Whether the trigger itself is held for the end, or answered with a stream. */
  readonly opening: "plain" | "wait" | "stream";
  readonly callers: readonly { readonly way: WayName; readonly afterMs: number }[];
  readonly callbacks: readonly PlannedCallback[];
};

/** Who is called back: well, or not always. */
const RECEIVERS: readonly [ReceiverKind, ...ReceiverKind[]] = [
  "healthy",
  "healthy",
  "flaky",
  "ack_lost",
  "reset",
  "busy",
  "late",
];

const FINAL = ["job.succeeded", "job.failed", "job.timed_out", "job.dead", "job.cancelled"];
const AT_REST = ["job.waiting", ...FINAL];
const ALL = ["job.queued", "job.running", "job.retry_scheduled", "job.resumed", ...AT_REST];

/** Of the work that would do without a key. */
const KEYED = 0.8;

const AGAIN = 0.4;

/** Not everybody comes back at once. */
const AFTER_UP_MS_MAX = 2500;

/** How long a trigger is held; beyond it the caller asks on in another way. */
export const WAIT_SECONDS = 10;

/** All jobs of a run, in the order of their triggers: the same for the same seed. */
export function planJobs(random: Random, count: number, spanMs: number): readonly Planned[] {
  return Array.from({ length: count }, (_, index) =>
    planJob(random, `job${index + 1}`, random.between(0, spanMs)),
  ).toSorted((left, right) => left.atMs - right.atMs);
}

function planJob(random: Random, name: string, atMs: number): Planned {
  const kind = random.pick(KIND_DRAWS);
  const drawn = KINDS[kind].plan(random, name);
  const isKeyed = random.next() < KEYED && drawn.copies === 0 && drawn.isTrigger;
  const work = isKeyed ? withKey(drawn, name) : drawn;
  const afterUpMs = random.between(0, AFTER_UP_MS_MAX);
  const isAgain = random.next() < AGAIN;
  const opening = drawOpening(random, work);
  const callers = drawCallers(random);
  const callbacks = work.isTrigger ? drawCallbacks(random) : [];
  const body = work.isTrigger
    ? { ...work.body, tags: [name], ...(opening === "wait" ? { wait: WAIT_SECONDS } : {}) }
    : work.body;
  return {
    name,
    kind,
    atMs,
    afterUpMs,
    isAgain,
    work: { ...work, body },
    opening,
    callers,
    callbacks,
  };
}

/** A good client has a key, whatever the work: it sends again what nobody answered. */
function withKey(work: Work, name: string): Work {
  return { ...work, headers: { ...work.headers, "idempotency-key": name }, copies: 1 };
}

/** Where there is a key, more hold the line: whoever has none and is cut off knows nothing. */
function drawOpening(random: Random, { isTrigger, copies }: Work): Planned["opening"] {
  const drawn = random.next();
  if (!isTrigger) return "plain";
  const share = copies > 0 ? 0.3 : 0.12;
  if (drawn < share) return "wait";
  return drawn < 2 * share ? "stream" : "plain";
}

/** One to three, some of whom come late. */
function drawCallers(random: Random): Planned["callers"] {
  return Array.from({ length: random.pick([1, 1, 1, 1, 2, 2, 3]) }, () => ({
    way: random.pick(WAY_DRAWS),
    afterMs: random.next() < 0.5 ? 0 : random.between(0, 6000),
  }));
}

function drawCallbacks(random: Random): readonly PlannedCallback[] {
  if (random.next() < 0.5) return [];
  const first = drawCallback(random);
  const second = drawCallback(random);
  // The same receiver twice would be one callback, or two that the log cannot tell apart.
  const isOther = second.kind !== first.kind && second.form !== first.form;
  return isOther && random.next() < 0.5 ? [first, second] : [first];
}

function drawCallback(random: Random): PlannedCallback {
  const kind = random.pick(RECEIVERS);
  const form = random.pick(["callback_url", "state_webhook_url", "callbacks"] as const);
  const profile = random.pick(["standard", "states"] as const);
  // A consumer that waits for one keeps all others waiting, so that it is told of what matters alone.
  if (form === "callback_url" || kind === "late") return atRest(kind);
  if (form === "state_webhook_url") return { form, kind, profile: "states", events: ALL };
  // Everybody wants to hear of the end, or nobody could say whether they were told.
  const events = [...ALL.filter((type) => !FINAL.includes(type) && random.next() < 0.4), ...FINAL];
  return { form, kind, profile, events };
}

function atRest(kind: ReceiverKind): PlannedCallback {
  return { form: "callback_url", kind, profile: "standard", events: AT_REST };
}
