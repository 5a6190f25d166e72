import type { Said } from "../../channels/people.ts";
import type { Receivers } from "../../receivers/receivers.ts";
import type { Fault } from "../../receivers/records.ts";
import type { Breach } from "../../simulators/breaches.ts";
import type { Page } from "../book.ts";
import { type Entry, only } from "../history.ts";
import type { Planned } from "../plan.ts";

/** Everything that a run has left behind. */
export type Evidence = {
  readonly entries: readonly Entry[];
  /** By their names. */
  readonly planned: ReadonlyMap<string, Planned>;
  /** The names of jobs, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  /** What the gateway said of every job that anybody knows of, when nothing moved any more. */
  readonly pages: readonly Page[];
  /** The same after one more crash. */
  readonly pagesAfter: readonly Page[];
  /** The lab's state document in the end. */
  readonly state: object;
  readonly said: readonly Said[];
  readonly breaches: readonly Breach[];
  readonly receivers: Receivers;
  readonly secrets: readonly string[];
};

/** Finds what is not as it was promised. */
export type Check = (evidence: Evidence) => readonly Fault[] | Promise<readonly Fault[]>;

/** A job that somebody was told is accepted. */
export type AckedJob = { readonly jobId: string; readonly name: string; readonly kind: string };

/** Each job once, whoever was told of it. */
export function ackedJobs(entries: readonly Entry[]): readonly AckedJob[] {
  const jobs = new Map(
    only(entries, "triggered").map(({ jobId, name, kind }) => [jobId, { jobId, name, kind }]),
  );
  return [...jobs.values()];
}

/** Jobs that nobody was told of, but that have told somebody of themselves. */
export function foundJobs(entries: readonly Entry[]): readonly string[] {
  const acked = new Set(ackedJobs(entries).map(({ jobId }) => jobId));
  const told = only(entries, "arrival").map(({ arrival }) => arrival.key.split(":")[0] ?? "");
  const executed = only(entries, "executes").map(({ jobId }) => jobId);
  return [...new Set([...told, ...executed])].filter((jobId) => !acked.has(jobId));
}

/** When nothing was left of the server, each time. */
export function killsIn(entries: readonly Entry[]): readonly number[] {
  return only(entries, "killed").map(({ t }) => t);
}

/** The names of all jobs that somebody was told of, by their ids. */
export function namesIn(entries: readonly Entry[]): ReadonlyMap<string, string> {
  return new Map(only(entries, "triggered").map(({ jobId, name }) => [jobId, name]));
}

/** What a job was planned as: one that nobody was told of says so itself. */
export function plannedOf(
  { planned, names }: Pick<Evidence, "planned" | "names">,
  { jobId, job }: Pick<Page, "jobId" | "job">,
): Planned | null {
  const name = names.get(jobId) ?? job.tags?.[0] ?? "";
  // A job that was retried by hand is the same work once more.
  return planned.get(name.replace(/-again$/, "")) ?? null;
}
