import type { Settled } from "../../../src/core/callback/delivery.ts";
import type { Command } from "../../../src/core/job/command.ts";
import type { JobEvent } from "../../../src/core/job/event.ts";
import type { Job, JobId } from "../../../src/core/job/job.ts";
import type { Core } from "../core.ts";
import type { Entry } from "../history.ts";
import type { JobShell } from "../job-shell.ts";
import { toldTo, wantedFrom } from "./outbox.ts";
import { firstWrong, type Invariant, type Place, storedJob, storedJobs } from "./place.ts";

type Arrival = Extract<Entry, { readonly kind: "callback arrived" }>;

const arrivalsAt = ({ history }: Place, job: JobId, url: string): readonly Arrival[] =>
  history.of("callback arrived").filter((each) => each.job === job && each.url === url);

/** I-36: what counts as delivered was taken by its receiver; what was given up was tried enough, or not wanted. */
export const ledgersAreTrue: Invariant = (place) =>
  firstWrong(storedJobs(place), ({ job }) =>
    firstWrong(job.ledger, (settled) => {
      const endpoint = job.endpoints[settled.endpoint - 1];
      if (endpoint === undefined) return `${job.id} has told an endpoint that it has not`;
      const arrivals = arrivalsAt(place, job.id, endpoint.url);
      return settled.state === "delivered"
        ? wasTaken(job, settled, arrivals)
        : wasGivenUp(job, settled, { arrivals, attemptsMax: endpoint.retry.maxAttempts });
    }),
  );

function wasTaken({ id }: Job, { seq }: Settled, arrivals: readonly Arrival[]): string | null {
  const isTaken = arrivals.some((each) => each.seq === seq && each.status === 200);
  return isTaken ? null : `${id} counts ${seq} as delivered, and nobody took it`;
}

function wasGivenUp(
  { id }: Job,
  { seq, attempts, attemptsBefore }: Settled,
  at: { readonly arrivals: readonly Arrival[]; readonly attemptsMax: number },
): string | null {
  const isGone = at.arrivals.some(({ status }) => status === 410);
  return isGone || attempts - attemptsBefore >= at.attemptsMax
    ? null
    : `${id} gave ${seq} up after ${attempts} attempts`;
}

/** I-46: every event reaches everyone who wants it, or the ledger says that it did not; and nothing else does. */
export const everybodyIsTold: Invariant = (place) =>
  firstWrong(storedJobs(place), ({ job }) =>
    firstWrong(job.endpoints, (endpoint) => {
      const wanted = wantedFrom(place.server.job(job.id), endpoint);
      const arrivals = arrivalsAt(place, job.id, endpoint.url);
      const strange = arrivals.find(({ seq }) => !wanted.includes(seq));
      if (strange !== undefined) return `${endpoint.url} was told of ${strange.seq} unasked`;
      return firstWrong(wanted, (seq) => {
        const hasArrived = arrivals.some((each) => each.seq === seq && each.status === 200);
        const isGivenUp = job.ledger.some(
          (each) =>
            each.seq === seq && each.endpoint === endpoint.number && each.state === "failed",
        );
        return hasArrived || isGivenUp
          ? null
          : `${endpoint.url} never heard of ${seq} of ${job.id}`;
      });
    }),
  );

/** I-46: whoever was told that they will be told is told. */
export const attachedIsTold: Invariant = (place) =>
  firstWrong(place.history.of("attached"), ({ job: id, url }) => {
    const endpoint = storedJob(place, id)?.job.endpoints.find((each) => each.url === url);
    const stored = storedJob(place, id);
    if (endpoint === undefined || stored === undefined) return `${id} has forgotten ${url}`;
    return toldTo(stored.job, endpoint).length > 0 ? null : `${url} was never told of ${id}`;
  });

/** I-47: one event has one webhook-id for each endpoint, and one body, however often it comes; and no other has it. */
export const idsAreSteady: Invariant = ({ history }) => {
  const ids = new Map<string, string>();
  const owners = new Map<string, string>();
  return firstWrong(history.of("callback arrived"), ({ job, url, seq, id, body }) => {
    const owner = `event ${seq} of ${job} at ${url}`;
    const known = ids.get(owner) ?? `${id} ${body}`;
    ids.set(owner, known);
    if (known !== `${id} ${body}`) return `${owner} came as ${id} and differently before`;
    const before = owners.get(id) ?? owner;
    owners.set(id, before);
    return before === owner ? null : `${id} stands for ${before} and for ${owner}`;
  });
};

/**
 * I-48: first arrivals at an endpoint are in the order of the events. A delivery that was given up is in
 * no order: an attempt at it that nobody remembers may be on its way still.
 */
export const firstArrivalsAreInOrder: Invariant = (place) => {
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  return firstWrong(place.history.of("callback arrived"), (arrival) => {
    const { job, url, seq, id, isResent } = arrival;
    if (isResent || seen.has(id) || isGivenUp(place, arrival)) return null;
    seen.add(id);
    const before = newest.get(`${job} ${url}`) ?? 0;
    newest.set(`${job} ${url}`, seq);
    return seq > before ? null : `${url} heard of ${seq} of ${job} after ${before}`;
  });
};

function isGivenUp(place: Place, { job: id, url, seq }: Arrival): boolean {
  const job = storedJob(place, id)?.job;
  const number = job?.endpoints.find((each) => each.url === url)?.number;
  const settled = job?.ledger.find((each) => each.endpoint === number && each.seq === seq);
  return settled?.state === "failed";
}

/** I-49: receivers change nothing of a job: without them the same commands lead to the same events. */
export const receiversChangeNothing: Invariant = ({ server }) =>
  firstWrong([...server.jobs.values()], (shell) => {
    if (shell.disk.job === null || shell.disk.job.endpoints.length === 0) return null;
    const alone = ownEvents(replayedAlone(shell, server.world.core));
    const told = ownEvents(shell.disk.events);
    return alone === told ? null : `${shell.id} would have gone another way without receivers`;
  });

const OF_RECEIVERS: readonly Command["kind"][] = ["note_delivery", "attach", "resend"];

/** The events of the same job, had nobody asked to be told of it. */
function replayedAlone({ commands }: JobShell, core: Core): readonly JobEvent[] {
  let job: Job | null = null;
  for (const { command, now, isTaken } of commands) {
    if (!isTaken || OF_RECEIVERS.includes(command.kind)) continue;
    const decided = core.decide(job, withoutCallbacks(command), now);
    if (decided.ok) job = decided.value.job;
  }
  return job?.events ?? [];
}

function withoutCallbacks(command: Command): Command {
  if (command.kind !== "submit") return command;
  return { ...command, submission: { ...command.submission, callbacks: [] } };
}

function ownEvents(log: readonly JobEvent[]): string {
  const own = log.filter(({ type }) => !type.startsWith("callback."));
  return JSON.stringify(own.map(({ type, at, attempt, data }) => [type, at, attempt, data]));
}
