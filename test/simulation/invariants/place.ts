import type { JobEvent } from "../../../src/core/job/event.ts";
import type { Job, JobId } from "../../../src/core/job/job.ts";
import type { Entry, History, Seen } from "../history.ts";
import type { Server } from "../server.ts";
import type { Work } from "../work.ts";

/** A run that is over: what the outside saw, and what is on disk. */
export type Place = {
  readonly history: History;
  readonly server: Server;
  readonly works: readonly Work[];
};

/** A promise that is looked at when all is quiet. @returns What broke it; `null` = nothing. */
export type Invariant = (place: Place) => string | null;

/** A job on disk, and its whole log. */
export type StoredJob = { readonly job: Job; readonly log: readonly JobEvent[] };

export function storedJobs({ server }: Place): readonly StoredJob[] {
  return [...server.jobs.values()].flatMap(({ disk }) =>
    disk.job === null ? [] : [{ job: disk.job, log: disk.events }],
  );
}

export function storedJob(place: Place, id: JobId): StoredJob | undefined {
  return storedJobs(place).find(({ job }) => job.id === id);
}

type EntryOf<Kind extends Seen["kind"]> = Extract<Entry, { readonly kind: Kind }>;

/** The first one of a list for which something is wrong, in words. */
export function firstWrong<Item>(
  items: readonly Item[],
  wrong: (item: Item, index: number) => string | null,
): string | null {
  for (const [index, item] of items.entries()) {
    const why = wrong(item, index);
    if (why !== null) return why;
  }
  return null;
}

/** The calls of a job's plugin, in order. */
export function callsOf({ history }: Place, id: JobId): readonly EntryOf<"plugin called">[] {
  return history.of("plugin called").filter(({ job }) => job === id);
}

/** Event types that end an attempt. */
export const ATTEMPT_ENDS: readonly string[] = [
  "job.retry_scheduled",
  "job.waiting",
  "job.succeeded",
  "job.failed",
  "job.timed_out",
  "job.dead",
  "job.cancelled",
];
