import type { ArtifactMethods } from "../artifacts/keep-artifact.ts";
import type { JobHandle } from "./job-client.ts";

/** What a job takes of an attempt's artifacts, for whoever stores them outside of its object. */
export function artifactMethodsOf(job: JobHandle): ArtifactMethods {
  return {
    expectArtifact: (...args) => job.call((object) => object.expectArtifact(...args)),
    keepArtifact: (...args) => job.call((object) => object.keepArtifact(...args)),
  };
}
