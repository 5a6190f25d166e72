import { mutantsIn } from "./mutant.ts";

export const ARTIFACT_MUTANTS = mutantsIn("artifact", {
  "artifact.ts": [
    ["a name may have 129 characters", "[A-Za-z0-9._-]{0,127}$/", "[A-Za-z0-9._-]{0,128}$/"],
    ["a name may begin with an underscore", "/^[A-Za-z0-9][", "/^[A-Za-z0-9_]["],
    [
      "a type of 128 characters is too long",
      "type.length <= CONTENT_TYPE_LENGTH_MAX",
      "type.length < CONTENT_TYPE_LENGTH_MAX",
    ],
    [
      "a result that just fits is too long for a callback",
      "> INLINE_BYTES_MAX;",
      ">= INLINE_BYTES_MAX;",
    ],
    [
      "a result is measured in characters",
      "utf8Length(JSON.stringify(result))",
      "JSON.stringify(result).length",
    ],
  ],
  "artifacts-of.ts": [
    ["the event of an artifact does not show it", "seq <= asOf", "seq < asOf"],
    ["the event that replaced an artifact shows both", "until > asOf", "until >= asOf"],
    [
      "an artifact that was replaced is found by its name",
      "return artifacts.filter(({ until }) => until === null);",
      "return artifacts;",
    ],
    [
      "what there was then is shown as replaced",
      "    .map((artifact) => ({ ...artifact, until: null }));",
      "    .map((artifact) => artifact);",
    ],
  ],
  "given.ts": [
    [
      "two artifacts of one answer may have one name",
      "artifacts.some(({ name }) => name === read.value.name)",
      "false",
    ],
    [
      "an answer cannot bring as many artifacts as it may",
      "given.length > ARTIFACTS_MAX",
      "given.length >= ARTIFACTS_MAX",
    ],
    [
      "an artifact may have two contents",
      "isNothing(base64) ? utf8Bytes(content) : null",
      "utf8Bytes(content)",
    ],
    ["a text has the type of bytes", "(isText ? DEFAULT_TEXT_TYPE : undefined)", "undefined"],
    [
      "only the first fault of several artifacts is named",
      ": refuse([first, ...others]);",
      ": refuse([first]);",
    ],
  ],
  "on-keep-artifact.ts": [
    [
      "an attempt replaces its own artifact",
      'if (old?.attempt === state.attempt) return refuse("artifact_exists");',
      "",
    ],
    [
      "the same bytes as another type are no news",
      " && old.contentType === artifact.contentType",
      "",
    ],
    [
      "an artifact is kept without the token of its attempt",
      "!isRunning(step) || step.state.token !== token",
      "!isRunning(step)",
    ],
    [
      "an upload begins without the token of its attempt",
      "!isRunning(running) || running.state.token !== token",
      "!isRunning(running)",
    ],
    [
      "it is not noted that the store may have something of the job",
      "job: job.hasStored ? job : { ...job, hasStored: true }",
      "job",
    ],
    [
      "a full job cannot replace what it keeps",
      "return isNew && currentArtifacts(job).length >= ARTIFACTS_MAX;",
      "return currentArtifacts(job).length >= ARTIFACTS_MAX;",
    ],
    [
      "a job keeps one artifact more than it may",
      "currentArtifacts(job).length >= ARTIFACTS_MAX;",
      "currentArtifacts(job).length > ARTIFACTS_MAX;",
    ],
    [
      "a job keeps one more in all than it may",
      "job.artifacts.length >= ARTIFACTS_MAX_IN_ALL",
      "job.artifacts.length > ARTIFACTS_MAX_IN_ALL",
    ],
    ["a full job fails of its own long result", "if (name === RESULT_ARTIFACT) return false;", ""],
    ["what is replaced is there still", "(each === old ? { ...each, until: seq } : each)", "each"],
    [
      "an attempt that brings an artifact is not at work",
      "const at = working(job, step, now);",
      "const at = { job, step };",
    ],
    [
      "of several artifacts of an answer only the last is kept",
      "const keeping = kept(so, step, { artifact, now });",
      "const keeping = kept(job, step, { artifact, now });",
    ],
  ],
});
