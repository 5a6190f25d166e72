import { ok, type Result, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { type AtWork, working } from "../job/attempt-start.ts";
import type { ExpectArtifact, KeepArtifact } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import { newestEvent, recordedMove } from "../job/history.ts";
import type { Job } from "../job/job.ts";
import { statusOf } from "../job/status.ts";
import { findStep, isRunning, type RunningStep } from "../job/with-step.ts";
import { ARTIFACTS_MAX, ARTIFACTS_MAX_IN_ALL, type Artifact, RESULT_ARTIFACT } from "./artifact.ts";
import { artifactView, currentArtifacts, findArtifact } from "./artifacts-of.ts";

/**
 * running -> running: an upload begins. The job notes that the store may have something of it, so that
 * nothing is left there when the job is removed, whatever becomes of the upload.
 */
export function onExpectArtifact(job: Job, { step, token, name }: ExpectArtifact): Decided {
  const running = findStep(job, step);
  if (running === undefined || !isRunning(running) || running.state.token !== token) {
    return refuse({ code: "stale_attempt", status: statusOf(job) });
  }
  if (isFull(job, name)) return refuse({ code: "too_many_artifacts", status: statusOf(job) });
  return ok({ job: job.hasStored ? job : { ...job, hasStored: true }, effects: [] });
}

/** running -> running: what was uploaded belongs to the job from now on. */
export function onKeepArtifact(job: Job, command: KeepArtifact, now: EpochMs): Decided {
  const { artifact, token } = command;
  const step = findStep(job, command.step);
  if (step === undefined || !isRunning(step) || step.state.token !== token) {
    return refuse({ code: "stale_attempt", status: statusOf(job) });
  }
  // Whoever brings something is at work.
  const at = working(job, step, now);
  const keeping = kept(at.job, at.step, { artifact, now });
  return keeping.ok
    ? ok({ job: keeping.value, effects: [] })
    : refuse({ code: keeping.reason, status: statusOf(job) });
}

/** Why an artifact cannot be kept. */
export type NotKept = "too_many_artifacts" | "artifact_exists";

/** The same for readers. */
export const WHY_NOT_KEPT: { readonly [why in NotKept]: string } = {
  too_many_artifacts: `A job keeps at most ${ARTIFACTS_MAX} artifacts, and ${ARTIFACTS_MAX_IN_ALL} with those that were replaced`,
  artifact_exists: "The attempt has kept another artifact by this name: choose another one",
};

/**
 * The job with one more artifact. The very same one is no news; another one of that name takes its place
 * when a later attempt brings it, and is refused where the attempt has brought one already: whoever was
 * told of an artifact finds it as it was.
 */
function kept(
  job: Job,
  { plan, state }: RunningStep,
  { artifact, now }: { readonly artifact: Artifact; readonly now: EpochMs },
): Result<Job, NotKept> {
  const { name } = artifact;
  const old = findArtifact(job, name);
  if (old?.sha256 === artifact.sha256 && old.contentType === artifact.contentType) return ok(job);
  if (old?.attempt === state.attempt) return refuse("artifact_exists");
  if (isFull(job, name)) return refuse("too_many_artifacts");
  const { attempt } = state;
  const data = artifactView(job, artifact);
  const told = recordedMove(job, plan.id, { type: "artifact.created", at: now, attempt, data });
  const { seq } = newestEvent(told);
  const artifacts = job.artifacts.map((each) => (each === old ? { ...each, until: seq } : each));
  return ok({ ...told, artifacts: [...artifacts, { ...artifact, seq, attempt, until: null }] });
}

/** The first of several artifacts that cannot be kept. */
export type NotKeptArtifact = { readonly name: string; readonly why: NotKept };

/** The job with all of these, or what is wrong with the first that cannot be. */
export function keptAll(
  { job, step }: AtWork,
  artifacts: readonly Artifact[],
  now: EpochMs,
): Result<AtWork, NotKeptArtifact> {
  let so = job;
  for (const artifact of artifacts) {
    const keeping = kept(so, step, { artifact, now });
    if (!keeping.ok) return refuse({ name: artifact.name, why: keeping.reason });
    so = keeping.value;
  }
  return ok({ job: so, step });
}

function isFull(job: Job, name: string): boolean {
  // Our own: no plugin could do anything about it.
  if (name === RESULT_ARTIFACT) return false;
  if (job.artifacts.length >= ARTIFACTS_MAX_IN_ALL) return true;
  const isNew = findArtifact(job, name) === undefined;
  return isNew && currentArtifacts(job).length >= ARTIFACTS_MAX;
}
