import type { Said } from "../../scripts/channels/people.ts";
import type { Page } from "../../scripts/crash/book.ts";
import type { Evidence } from "../../scripts/crash/check/evidence.ts";
import type { Entry, Happening } from "../../scripts/crash/history.ts";
import { endOf } from "../../scripts/crash/job-view.ts";
import { KINDS } from "../../scripts/crash/kinds/registry.ts";
import type { Planned } from "../../scripts/crash/plan.ts";
import { type Arrival, Receivers } from "../../scripts/receivers/receivers.ts";
import { randomFrom } from "../../scripts/seed/random.ts";
import { Screen } from "../../scripts/simulators/screen.ts";

export const ID = "job-1";
export const AT = "2026-11-21T12:00:00.000Z";
const BEGUN_AT = Date.parse(AT);

export const JOB: Page["job"] = {
  job_id: ID,
  status: "succeeded",
  attempt: 1,
  max_attempts: 20,
  seq: 3,
  waits_for: null,
  retry_of: null,
  created_at: AT,
  started_at: AT,
  finished_at: AT,
  progress: null,
  result: { text: "one", output: { token: "t1" } },
  wait: null,
  attempts: [{ attempt: 1 }],
  tags: ["one"],
  artifacts: [],
};

export const LOG = ["job.queued", "job.running", "job.succeeded"].map((type, index) => {
  return { seq: index + 1, type, at: AT, data: {} };
});

export const RECEIVERS = new Receivers([], 1);

/** The one delivery of the job: its end, to the one endpoint that wants it. */
export const ROW: Page["rows"][number] = {
  delivery_id: "delivery-1",
  endpoint: RECEIVERS.urlOf("healthy", "one"),
  profile: "standard",
  event: "job.succeeded",
  seq: 3,
  state: "delivered",
  attempts: 1,
  last_status: 204,
  last_error: null,
};

const PAGE: Page = {
  jobId: ID,
  status: 200,
  job: JOB,
  events: LOG,
  rows: [ROW],
  bytes: {},
  text: "as it was",
};

export const END = endOf(JOB) ?? { jobId: ID, status: "", digest: "" };

const ARRIVAL: Arrival = {
  number: 1,
  kind: "healthy",
  at: BEGUN_AT,
  id: ROW.delivery_id,
  key: `${ID}:3`,
  timestamp: "0",
  signature: "",
  body: JSON.stringify({ type: "job.succeeded", timestamp: AT }),
  status: 204,
  reply: { status: 204 },
};

/** Something that happens, some time after the run has begun. */
export type Timed = Happening & { readonly t?: number };

export const later = (ms: number, happening: Happening): Timed => {
  return { ...happening, t: BEGUN_AT + ms };
};

/** A request of a caller that is to be answered so long after the run has begun. */
export const holds = (n: number, ms: number): Happening => {
  return { k: "holds", n, until: BEGUN_AT + ms };
};

/**
 * A job that was triggered, executed once, read as a stream, waited for, told, and told an endpoint:
 * nothing is wrong.
 */
const HISTORY: readonly Timed[] = [
  { k: "up" },
  { k: "triggered", name: "one", kind: "quick", jobId: ID },
  { k: "executes", jobId: ID, attempt: 1, token: "t1" },
  { k: "executed", jobId: ID, attempt: 1, token: "t1", how: "ok" },
  { k: "hears", n: 1, way: "stream", name: "one", jobId: ID },
  holds(1, 0),
  { k: "held", n: 1, how: "answered" },
  { k: "opens", n: 1, everyMs: 15_000 },
  ...LOG.map(({ seq, type, at }) => ({ k: "event" as const, n: 1, seq, type, at })),
  { k: "told", n: 1, ...END },
  { k: "closes", n: 1, how: "told" },
  { k: "hears", n: 2, way: "result", name: "one", jobId: ID },
  holds(2, 0),
  { k: "held", n: 2, how: "answered" },
  { k: "told", n: 2, ...END },
  { k: "arrival", arrival: ARRIVAL },
];

export const plus = (...more: readonly Timed[]) => ({ history: [...HISTORY, ...more] });

export const withoutKinds = (...kinds: readonly Happening["k"][]) => ({
  history: HISTORY.filter(({ k }) => !kinds.includes(k)),
});

/** What of it all is otherwise. */
export type Over = {
  readonly history?: readonly Timed[];
  readonly job?: Partial<Page["job"]>;
  readonly page?: Partial<Page>;
  /** Of another job that nobody was told of, but which is there. */
  readonly other?: Partial<Page["job"]>;
  readonly kind?: Planned["kind"];
  readonly work?: Partial<Planned["work"]>;
  readonly after?: Partial<Page>;
  readonly state?: object;
  /** What somebody has on their screen who is to read "done", once. */
  readonly screen?: readonly string[];
};

export function evidenceOf(over: Over): Evidence {
  const { history = HISTORY, job = {}, page = {}, after: changed = {}, other, state = {} } = over;
  const whole = { ...PAGE, job: { ...JOB, ...job }, ...page };
  const end = endOf(whole.job);
  // What was told is what the page says, unless the history says otherwise.
  const told = history.map((entry) =>
    entry.k === "told" && entry.digest === END.digest && end !== null
      ? { ...entry, ...end }
      : entry,
  );
  const others =
    other === undefined
      ? []
      : [{ ...whole, rows: [], jobId: "job-2", job: { ...whole.job, job_id: "job-2", ...other } }];
  return {
    entries: told.map((entry): Entry => ({ gen: 1, ...entry, t: entry.t ?? BEGUN_AT })),
    planned: new Map([["one", plannedAs(over)]]),
    names: new Map([[ID, "one"]]),
    pages: [whole, ...others],
    pagesAfter: [{ ...whole, ...changed }, ...others],
    state,
    said: [saidWith(over.screen ?? ["done"])],
    breaches: [],
    receivers: RECEIVERS,
    secrets: [],
  };
}

/** The piece of work that all of it is about. */
export function plannedAs({ kind = "quick", work = {}, other }: Over): Planned {
  const events = ["job.succeeded"];
  return {
    name: "one",
    kind,
    atMs: 0,
    afterUpMs: 0,
    work: { ...KINDS.quick.plan(randomFrom(1), "one"), ...work },
    isAgain: false,
    opening: "plain",
    callers: [],
    // Another job of the name would owe a delivery as well.
    callbacks:
      other === undefined
        ? [{ form: "callback_url", kind: "healthy", profile: "standard", events }]
        : [],
  };
}

/** Somebody in a channel, who was heard. */
function saidWith(texts: readonly string[]): Said {
  const screen = new Screen(() => BEGUN_AT);
  const message = { by: "answer" as const, isThinking: false, isEphemeral: false };
  for (const [index, text] of texts.entries()) {
    screen.show({ ...message, id: String(index), text, files: [], buttons: [], pings: [] });
  }
  const due = { kind: "saying" as const, pattern: /done/ };
  const wish = { options: [], text: "", due };
  return {
    planned: { ...wish, name: "spoken", channel: "slack", kind: "echo", atMs: 0 },
    channelId: "channel-1",
    screen,
    ackMs: 10,
    end: "taken",
    due,
  };
}
