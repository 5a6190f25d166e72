import type { JsonObject } from "../../lang/json.ts";
import { rfc3339 } from "../../lang/time.ts";
import {
  type ArtifactView,
  INLINE_BYTES_MAX,
  isLongResult,
  type KeptArtifact,
  RESULT_ARTIFACT,
} from "../artifact/artifact.ts";
import { currentArtifacts } from "../artifact/artifacts-of.ts";
import type { JobEvent } from "../job/event.ts";
import { jobAsOf } from "../job/event-view.ts";
import type { Job } from "../job/job.ts";
import { type Snapshot, type SnapshotResult, snapshotOf } from "../job/snapshot.ts";
import type { StateChange } from "./delivery.ts";
import type { Due } from "./due.ts";

/** The content of an artifact, in a form that JSON can hold. */
export type InlineContent = { readonly content: string } | { readonly content_base64: string };

/** What one delivery is about. */
export type Telling = {
  readonly job: Job;
  readonly event: JobEvent;
  readonly due: Due;
};

/** What a callback of the profile `states` brings along whole: as much as fits, the first ones first. */
export function artifactsToInline({ job, event, due }: Telling): readonly KeptArtifact[] {
  if (due.delivery.change === null) return [];
  let left = INLINE_BYTES_MAX;
  return currentArtifacts(jobAsOf(job, event)).filter(({ name, bytes }) => {
    // It says again what the result says, and where that is too long, it is too long itself.
    if (bytes > left || name === RESULT_ARTIFACT) return false;
    left -= bytes;
    return true;
  });
}

/**
 * What a receiver is told of an event (contract, section 6): the job as it was then, so that the same
 * delivery says the same however late it is.
 *
 * @param contents Of `artifactsToInline`, by name.
 */
export function callbackBody(
  { job, event, due: { delivery } }: Telling,
  contents: ReadonlyMap<string, InlineContent>,
): JsonObject {
  const snapshot = snapshotOf(jobAsOf(job, event));
  const timestamp = rfc3339(event.at);
  const body =
    delivery.change === null
      ? {
          type: event.type,
          timestamp,
          data: { ...snapshot, result: thin(snapshot), ...news(event) },
        }
      : stateBody(snapshot, delivery.change, { timestamp, contents });
  return body as unknown as JsonObject;
}

/** Which one it is, among those that the job keeps. */
function news({ type, data }: JobEvent): object {
  return type === "artifact.created" ? { artifact: data } : {};
}

function stateBody(
  snapshot: Snapshot,
  { state, previous }: StateChange,
  about: {
    readonly timestamp: string;
    readonly contents: ReadonlyMap<string, InlineContent>;
  },
): object {
  const { job_id, seq, attempt, error, artifacts } = snapshot;
  const result = thin(snapshot);
  return {
    job_id,
    state,
    previous_state: previous,
    seq,
    attempt,
    idempotency_key: `${job_id}:${state}`,
    timestamp: about.timestamp,
    ...(result === null ? {} : { result }),
    ...(error === null ? {} : { error }),
    ...(artifacts.length === 0
      ? {}
      : { artifacts: artifacts.map((artifact) => withContent(artifact, about.contents)) }),
  };
}

function withContent(artifact: ArtifactView, contents: ReadonlyMap<string, InlineContent>): object {
  const content = contents.get(artifact.name);
  if (content === undefined) return artifact;
  const { url: _url, ...rest } = artifact;
  return { ...rest, ...content };
}

/** The result, or where it is too long for a callback, what there is to fetch in its place. */
function thin({ result }: Snapshot): SnapshotResult | null {
  if (result === null) return null;
  const { artifacts, ...said } = result;
  return isLongResult(said) ? { text: null, output: null, artifacts } : result;
}
