import {
  ARTIFACTS_MAX,
  type Artifact,
  type GivenArtifact,
  isLongResult,
  RESULT_ARTIFACT,
} from "../../core/artifact/artifact.ts";
import type { Job, JobId } from "../../core/job/job.ts";
import type { Refusal } from "../../core/job/refusal.ts";
import type { AttemptToken } from "../../core/job/step.ts";
import { failureOf, type Outcome, type Success } from "../../core/plugin/outcome.ts";
import { messageOf } from "../../lang/message-of.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { logWarning } from "../log.ts";
import { newArtifactKey, removeArtifact, storeArtifact, storeWhole } from "./artifact-store.ts";

/** The job, as whoever stores something of an attempt's talks to it. */
export type ArtifactPlace = {
  readonly job: JobId;
  readonly bucket: R2Bucket;
  /** Says that an upload begins: see `onExpectArtifact`. */
  readonly expect: (name: string) => Promise<Result<null, Refusal>>;
  /** Gives the job what was stored, and says under which key it has it: maybe another, from before. */
  readonly keep: (artifact: Artifact) => Promise<Result<string, Refusal>>;
  /** `false` for fire-and-forget: nobody reads what came of it. */
  readonly keepsResult: boolean;
};

/** What a job's object takes of an attempt's artifacts. */
export type ArtifactMethods = {
  readonly expectArtifact: (token: AttemptToken, name: string) => Promise<Result<null, Refusal>>;
  readonly keepArtifact: (
    token: AttemptToken,
    artifact: Artifact,
  ) => Promise<Result<string, Refusal>>;
};

/** Where an attempt keeps what it makes. */
export function artifactPlace(
  bucket: R2Bucket,
  {
    job,
    token,
    keepsResult = true,
  }: { readonly job: JobId; readonly token: AttemptToken; readonly keepsResult?: boolean },
  methods: ArtifactMethods,
): ArtifactPlace {
  return {
    job,
    bucket,
    keepsResult,
    expect: (name) => methods.expectArtifact(token, name),
    keep: (artifact) => methods.keepArtifact(token, artifact),
  };
}

/**
 * Stores bytes as they come and gives them to the job. What the job does not take is removed again.
 *
 * @throws as `storeArtifact`.
 */
export async function keepStream(
  place: ArtifactPlace,
  about: Pick<Artifact, "name" | "contentType">,
  stream: ReadableStream<Uint8Array>,
): Promise<Result<Artifact, Refusal>> {
  const expected = await place.expect(about.name);
  if (!expected.ok) {
    await stream.cancel().catch(() => {});
    return expected;
  }
  const key = newArtifactKey(place.job);
  let refusal: Refusal | null = null;
  const isWanted = async () => {
    const still = await place.expect(about.name);
    refusal = still.ok ? null : still.reason;
    return still.ok;
  };
  const storing = storeArtifact({ bucket: place.bucket, key, isWanted }, stream);
  // Whoever writes is told that nobody reads, also where nobody has begun to.
  storing.catch(() => stream.cancel().catch(() => {}));
  const stored = await storing.catch((cause: unknown) => {
    if (refusal === null) throw cause;
    return null;
  });
  if (stored === null) return refuse(refusal ?? { code: "job_not_found" });
  const artifact = { ...about, key, ...stored };
  const kept = await place.keep(artifact);
  if (!kept.ok || kept.value !== artifact.key) await removed(place, artifact);
  return kept.ok ? ok(artifact) : kept;
}

/** How an attempt ended, and what came with it, stored. */
export type KeptOutcome = { readonly outcome: Outcome; readonly artifacts: readonly Artifact[] };

/**
 * Stores what came with an answer, so that the report needs only name it: it belongs to the job with
 * the report's commit, or not at all. A result that is too long for a callback is among it.
 */
export async function storeOutcome(place: ArtifactPlace, outcome: Outcome): Promise<KeptOutcome> {
  if (outcome.kind !== "success") return { outcome, artifacts: [] };
  const given = [...outcome.artifacts, ...(place.keepsResult ? resultArtifact(outcome) : [])];
  const told = { ...outcome, artifacts: [] };
  const [first] = given;
  if (first === undefined) return { outcome: told, artifacts: [] };
  const artifacts: Artifact[] = [];
  try {
    const expected = await place.expect(first.name);
    if (!expected.ok) return { outcome: notExpected(expected.reason, told), artifacts: [] };
    for (const { content, name, contentType } of given) {
      const key = newArtifactKey(place.job);
      const stored = await storeWhole(place.bucket, key, content);
      artifacts.push({ name, contentType, key, ...stored });
    }
    return { outcome: told, artifacts };
  } catch (cause) {
    for (const artifact of artifacts) await removed(place, artifact);
    logWarning("artifact.not_stored", { job_id: place.job, message: messageOf(cause) });
    const failure = failureOf("transport", "What came with the answer could not be stored");
    return { outcome: { ...failure, logs: outcome.logs }, artifacts: [] };
  }
}

/** A stale attempt's report is told that it is stale; anything else is the answer's fault. */
function notExpected({ code }: Refusal, told: Success): Outcome {
  if (code !== "too_many_artifacts") return told;
  const message = `The answer's artifacts are too many: a job keeps ${ARTIFACTS_MAX}`;
  return { ...failureOf("protocol_fault", message), code, logs: told.logs };
}

/** Removes what was stored for a report, and what the job did not take of it: it had it, or refused it. */
export async function removeNotKept(
  bucket: R2Bucket,
  job: Pick<Job, "id" | "artifacts">,
  stored: readonly Artifact[],
): Promise<void> {
  const keys = new Set(job.artifacts.map(({ key }) => key));
  for (const artifact of stored) {
    if (!keys.has(artifact.key)) await removed({ bucket, job: job.id }, artifact);
  }
}

function resultArtifact({ result }: Success): readonly GivenArtifact[] {
  if (!isLongResult(result)) return [];
  const content = new TextEncoder().encode(JSON.stringify(result));
  return [{ name: RESULT_ARTIFACT, contentType: "application/json", content }];
}

async function removed(
  { bucket, job }: Pick<ArtifactPlace, "bucket" | "job">,
  { key }: Artifact,
): Promise<void> {
  try {
    await removeArtifact(bucket, key);
  } catch (cause) {
    logWarning("artifact.not_removed", { job_id: job, message: messageOf(cause) });
  }
}
