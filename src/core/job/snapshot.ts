import type { Json, JsonObject } from "../../lang/json.ts";
import { between, type EpochMs, rfc3339 } from "../../lang/time.ts";
import type { ArtifactView } from "../artifact/artifact.ts";
import { artifactView, currentArtifacts } from "../artifact/artifacts-of.ts";
import type { WaitId } from "../ask/ask.ts";
import type { LogLine } from "../plugin/outcome.ts";
import { seqOf } from "./history.ts";
import type { Job, JobId, JobStatus } from "./job.ts";
import { endingOf, expiresAt, leadingStep, statusOf } from "./status.ts";
import {
  isFinal,
  type PastAttempt,
  type Phase,
  type Progress,
  type Step,
  type StepError,
  type StepState,
} from "./step.ts";

/** The public view of a job at an instant (contract, section 1). The same object wherever it is shown. */
export type Snapshot = {
  readonly job_id: JobId;
  readonly status: JobStatus;
  readonly phase: Phase | null;
  readonly waits_for: WaitsFor | null;
  readonly plugin: string;
  readonly command: string;
  readonly submitted_by: string;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly seq: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly deadline_at: string | null;
  readonly next_retry_at: string | null;
  readonly expires_at: string | null;
  readonly progress: Progress | null;
  readonly result: SnapshotResult | null;
  readonly error: StepError | null;
  readonly wait: SnapshotWait | null;
  readonly attempts: readonly SnapshotAttempt[];
  readonly steps: readonly never[];
  readonly artifacts: readonly ArtifactView[];
  readonly parent_job_id: null;
  readonly root_job_id: null;
  readonly retry_of: JobId | null;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly links: Links;
};

/**
 * What a queued job waits for: its time (`delay`), a slot of its plugin's lane, somebody to start it, or
 * its next attempt (`retry`).
 */
type WaitsFor = "delay" | "slot" | "start" | "retry";

export type SnapshotResult = {
  readonly text: string | null;
  readonly output: Json;
  readonly artifacts: readonly ArtifactView[];
};

/** What a job that waits asks, of whom it may concern. */
type SnapshotWait = {
  readonly wait_id: WaitId;
  readonly for: "input";
  readonly view: JsonObject;
  /** What the values of an answer must be. */
  readonly schema: JsonObject;
  /** When it goes on, or fails, without an answer. */
  readonly until: string;
};

/** An attempt that ended. */
type SnapshotAttempt = {
  readonly attempt: number;
  readonly outcome: "succeeded" | "asked" | "failed" | "timed_out" | "cancelled";
  readonly started_at: string;
  readonly finished_at: string;
  readonly duration_ms: number;
  readonly error: StepError | null;
  readonly logs: readonly LogLine[];
  /** The beginning of an answer that broke the protocol. */
  readonly excerpt: string | null;
};

/** Absolute URLs: a caller never builds one. */
type Links = {
  readonly self: string;
  readonly result: string;
  readonly events: string;
  readonly cancel: string;
  readonly artifacts: string;
};

/** Two snapshots of the same job in the same state are equal, to the order of their keys. */
export function snapshotOf(job: Job): Snapshot {
  const step = leadingStep(job);
  const { state, plan } = step;
  const ending = endingOf(job);
  const artifacts = currentArtifacts(job).map((artifact) => artifactView(job, artifact));
  return {
    job_id: job.id,
    status: statusOf(job),
    phase: state.status === "running" ? state.phase : null,
    waits_for: WAITS_FOR[state.status],
    plugin: plan.plugin,
    command: plan.command,
    submitted_by: job.submittedBy,
    attempt: state.attempt,
    max_attempts: plan.retry.maxAttempts + step.attemptsBefore,
    seq: seqOf(job),
    created_at: rfc3339(job.createdAt),
    started_at: instant(startedAt(step)),
    finished_at: instant(ending?.finishedAt),
    deadline_at: instant(deadlineAt(step)),
    next_retry_at: instant(nextStartAt(step)),
    expires_at: instant(ending === null ? undefined : expiresAt(job, ending)),
    progress: step.progress,
    result: resultOf(step, artifacts),
    error: errorOf(step),
    wait: waitOf(step),
    attempts: step.past.map((past) => ({
      attempt: past.attempt,
      outcome: outcomeOf(past),
      started_at: rfc3339(past.startedAt),
      finished_at: rfc3339(past.endedAt),
      duration_ms: between(past.startedAt, past.endedAt),
      error: past.error,
      logs: past.logs,
      excerpt: past.excerpt,
    })),
    steps: [],
    artifacts,
    parent_job_id: null,
    root_job_id: null,
    retry_of: job.retryOf,
    tags: job.tags,
    metadata: job.metadata,
    links: linksOf(job),
  };
}

const WAITS_FOR: { readonly [status in StepState["status"]]: WaitsFor | null } = {
  delayed: "delay",
  lined_up: "slot",
  queued: "start",
  backing_off: "retry",
  running: null,
  waiting: null,
  succeeded: null,
  failed: null,
  timed_out: null,
  dead: null,
  cancelled: null,
};

/** When a resting job moves by itself: to its first attempt, or to its next one. */
function nextStartAt({ state }: Step): EpochMs | undefined {
  if (state.status === "delayed") return state.startAt;
  return state.status === "backing_off" ? state.retryAt : undefined;
}

function waitOf({ state }: Step): SnapshotWait | null {
  if (state.status !== "waiting") return null;
  const { view, schema } = state.ask;
  return { wait_id: state.waitId, for: "input", view, schema, until: rfc3339(state.until) };
}

function outcomeOf({ error, asked }: PastAttempt): SnapshotAttempt["outcome"] {
  if (asked !== null) return "asked";
  if (error === null) return "succeeded";
  if (error.category === "cancelled") return "cancelled";
  return error.category === "timeout" ? "timed_out" : "failed";
}

function startedAt({ past, state }: Step): EpochMs | undefined {
  return past[0]?.startedAt ?? (state.status === "running" ? state.startedAt : undefined);
}

/** Of the attempt that runs, or of the one that the step ended with. */
function deadlineAt({ past, state }: Step): EpochMs | undefined {
  if (state.status === "running") return state.deadlineAt;
  return isFinal(state) ? past.at(-1)?.deadlineAt : undefined;
}

function resultOf({ state }: Step, artifacts: SnapshotResult["artifacts"]): SnapshotResult | null {
  if (state.status !== "succeeded" || state.result === null) return null;
  return { ...state.result, artifacts };
}

/** Why it ended, or while it rests, why it has to be tried again. */
function errorOf({ state }: Step): StepError | null {
  switch (state.status) {
    case "failed":
    case "timed_out":
    case "dead":
    case "cancelled":
    case "backing_off":
      return state.error;
    case "delayed":
    case "lined_up":
    case "queued":
    case "running":
    case "waiting":
    case "succeeded":
      return null;
  }
}

function linksOf(job: Job): Links {
  const self = `${job.origin}/jobs/${job.id}`;
  return {
    self,
    result: `${self}/result`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    artifacts: `${self}/artifacts`,
  };
}

function instant(at: EpochMs | undefined): string | null {
  return at === undefined ? null : rfc3339(at);
}
