import type { Job } from "../job/job.ts";
import type { Artifact, ArtifactView, KeptArtifact } from "./artifact.ts";

/** Where everything that a job keeps begins: no job's id is the beginning of another's. */
export function artifactPrefix({ id }: Pick<Job, "id">): string {
  return `jobs/${id}/`;
}

/** What there is by that name. */
export function findArtifact(job: Pick<Job, "artifacts">, name: string): KeptArtifact | undefined {
  return currentArtifacts(job).find((artifact) => artifact.name === name);
}

export function currentArtifacts({ artifacts }: Pick<Job, "artifacts">): readonly KeptArtifact[] {
  return artifacts.filter(({ until }) => until === null);
}

/** What there was when event number `seq` had just been recorded. */
export function artifactsAsOf(
  { artifacts }: Pick<Job, "artifacts">,
  asOf: number,
): readonly KeptArtifact[] {
  return artifacts
    .filter(({ seq, until }) => seq <= asOf && (until === null || until > asOf))
    .map((artifact) => ({ ...artifact, until: null }));
}

export function artifactView(job: Pick<Job, "id" | "origin">, artifact: Artifact): ArtifactView {
  const { name, contentType, bytes, sha256 } = artifact;
  const url = `${job.origin}/jobs/${job.id}/artifacts/${name}`;
  return { name, content_type: contentType, bytes, sha256, url };
}
