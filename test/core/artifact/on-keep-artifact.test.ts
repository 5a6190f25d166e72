import { describe, expect, test } from "vitest";
import {
  ARTIFACTS_MAX,
  ARTIFACTS_MAX_IN_ALL,
  type Artifact,
  RESULT_ARTIFACT,
} from "../../../src/core/artifact/artifact.ts";
import {
  artifactPrefix,
  artifactsAsOf,
  findArtifact,
} from "../../../src/core/artifact/artifacts-of.ts";
import { decide } from "../../../src/core/job/decide.ts";
import { eventView } from "../../../src/core/job/event-view.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { jobId } from "../../../src/core/job/job.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { attemptToken, stepId } from "../../../src/core/job/step.ts";
import type { Outcome } from "../../../src/core/plugin/outcome.ts";
import { anArtifact } from "../../support/a-callback.ts";
import { aCommand, aFailure, aSuccess } from "../../support/a-command.ts";
import { aJob, aPlan, aState, at } from "../../support/a-job.ts";
import { decided, decidedAll, eventsOf, stateOf } from "../../support/decided.ts";

const running = aJob(aState.running());
const OTHER = "b".repeat(64);

const keep = (over: Partial<Artifact> = {}) =>
  aCommand.keep_artifact({ artifact: anArtifact(over) });

/** The first attempt kept a report and failed; the second one runs. */
const second = decidedAll(
  running,
  [keep(), 10],
  [aCommand.report({ outcome: aFailure }), 20],
  [aCommand.wake(), 60_000],
  [aCommand.claim({ attempt: 2 }), 60_100],
);

function full(job: Job): Job {
  const names = Array.from({ length: ARTIFACTS_MAX }, (_, index) => `a${index}`);
  return decidedAll(job, ...names.map((name) => [keep({ name }), 10] as const));
}

/** A job whose later attempts replaced what earlier ones had kept, as often as it may be. */
function worn(job: Job): Job {
  const old = { ...anArtifact(), attempt: 0, seq: 1, until: 1 };
  return { ...job, artifacts: Array.from({ length: ARTIFACTS_MAX_IN_ALL }, () => old) };
}

const inShort = ({ artifacts }: Job) =>
  artifacts.map(({ name, key, attempt, seq, until }) => [name, key, attempt, seq, until]);

describe("an artifact that a running attempt keeps", () => {
  const { job, effects } = decided(running, keep(), at(10));

  test("belongs to the job from then on", () => {
    expect(job.artifacts).toEqual([{ ...anArtifact(), seq: 2, attempt: 1, until: null }]);
    expect(findArtifact(job, "report.txt")).toEqual(job.artifacts[0]);
    expect(effects).toEqual([]);
    expect(job.steps).toEqual(running.steps);
  });

  test("is an event, and in the snapshot, with where to get it and never where it lies", () => {
    const view = {
      name: "report.txt",
      content_type: "text/plain",
      bytes: 5,
      sha256: "a".repeat(64),
      url: "http://gateway.test/jobs/job-1/artifacts/report.txt",
    };

    expect(job.events.at(-1)).toMatchObject({ seq: 2, type: "artifact.created", data: view });
    expect(snapshotOf(job).artifacts).toEqual([view]);
  });

  test("is no news where it is the very same once more, wherever its bytes lie", () => {
    expect(decided(job, keep({ key: "jobs/job-1/2" }), at(20))).toEqual({ job, effects: [] });
  });

  test.each([
    { what: "other bytes", over: { sha256: OTHER } },
    { what: "another type", over: { contentType: "text/csv" } },
  ])("stays as it is: the same attempt cannot bring $what by its name", ({ over }) => {
    expect(decide(job, keep(over), at(20))).toEqual({
      ok: false,
      reason: { code: "artifact_exists", status: "running" },
    });
  });

  test("is a word of a plugin over HTTP, which is at work from then on", () => {
    const plan = aPlan({ transport: "http", binding: null });
    const loading = aJob(aState.running({ phase: "loading" }), { plan });

    const decision = decided(loading, keep(), at(10));

    expect(eventsOf(decision)).toEqual(["1 job.queued", "2 job.running", "3 artifact.created"]);
    expect(stateOf(decision)).toMatchObject({ phase: "working" });
  });

  test("stays when its attempt fails", () => {
    expect(findArtifact(second, "report.txt")).toMatchObject({ attempt: 1, until: null });
  });
});

describe("a later attempt", () => {
  test("takes the place of what an earlier one kept, which stays where it was told of", () => {
    const replaced = decidedAll(second, [keep({ sha256: OTHER, key: "new" }), 60_200]);

    expect(inShort(replaced)).toEqual([
      ["report.txt", "jobs/job-1/1", 1, 2, 7],
      ["report.txt", "new", 2, 7, null],
    ]);
    expect(findArtifact(replaced, "report.txt")).toMatchObject({ key: "new" });
    const keysAsOf = (seq: number) => artifactsAsOf(replaced, seq).map(({ key }) => key);
    expect([1, 2, 6, 7].map(keysAsOf)).toEqual([[], ["jobs/job-1/1"], ["jobs/job-1/1"], ["new"]]);
    expect(snapshotOf(replaced).artifacts).toMatchObject([{ sha256: OTHER }]);
  });

  test("has nothing to tell where it brings the same again", () => {
    expect(decided(second, keep({ key: "new" }), at(60_200)).job).toBe(second);
  });

  test("shows every event with what there was then", () => {
    const done = decidedAll(
      second,
      [keep({ sha256: OTHER }), 60_200],
      [keep({ name: "b.txt" }), 60_300],
      [aCommand.report(), 60_400],
    );

    const shown = done.events.map((event) => {
      const { snapshot } = eventView(done, event).data as {
        snapshot?: { artifacts: readonly { name: string; sha256: string }[] };
      };
      return snapshot?.artifacts.map(({ name, sha256 }) => `${name} ${sha256[0]}`).join(", ");
    });
    expect(done.events.map(({ type }, index) => `${type}: ${shown[index]}`)).toEqual([
      "job.queued: ",
      "artifact.created: undefined",
      "job.retry_scheduled: report.txt a",
      "job.queued: report.txt a",
      "job.running: report.txt a",
      "job.running: report.txt a",
      "artifact.created: undefined",
      "artifact.created: undefined",
      "job.succeeded: report.txt b, b.txt a",
    ]);
  });
});

describe("a job that keeps as many artifacts as it can", () => {
  test("refuses one more, before and after its upload", () => {
    const reason = { code: "too_many_artifacts", status: "running" };

    expect(full(running).artifacts).toHaveLength(100);
    expect(decide(full(running), keep({ name: "more" }), at(20))).toEqual({ ok: false, reason });
    expect(decide(full(running), aCommand.expect_artifact({ name: "more" }), at(20))).toEqual({
      ok: false,
      reason,
    });
  });

  test("takes a new one in place of an old one", () => {
    const later = decidedAll(
      full(running),
      [aCommand.report({ outcome: aFailure }), 20],
      [aCommand.wake(), 60_000],
      [aCommand.claim({ attempt: 2 }), 60_100],
    );

    const replaced = decidedAll(
      later,
      [aCommand.expect_artifact({ name: "a7" }), 60_200],
      [keep({ name: "a7", sha256: OTHER }), 60_300],
    );

    expect(replaced.artifacts).toHaveLength(101);
    expect(snapshotOf(replaced).artifacts).toHaveLength(100);
    expect(findArtifact(replaced, "a7")).toMatchObject({ sha256: OTHER });
  });

  test("is never one too many where the gateway makes it of a long result", () => {
    const job = full(running);

    expect(decided(job, keep({ name: RESULT_ARTIFACT }), at(20)).job.artifacts).toHaveLength(101);
  });

  test("is one too many where those that were replaced fill the job's document", () => {
    expect(decide(worn(running), keep(), at(10))).toEqual({
      ok: false,
      reason: { code: "too_many_artifacts", status: "running" },
    });
  });

  describe("an upload that begins", () => {
    test("has the job note that the store may have something of it, once", () => {
      const { job, effects } = decided(running, aCommand.expect_artifact(), at(10));

      expect(job).toEqual({ ...running, hasStored: true });
      expect(effects).toEqual([]);
      expect(decided(job, aCommand.expect_artifact(), at(20)).job).toBe(job);
    });
  });

  describe("whoever does not hold the lease any more", () => {
    test.each([
      { what: "another token", over: { token: attemptToken("old") } },
      { what: "no step of the job", over: { step: stepId("other") } },
    ])("keeps nothing, with $what", ({ over }) => {
      const reason = { code: "stale_attempt", status: "running" };

      expect(decide(running, aCommand.keep_artifact(over), at(10))).toEqual({ ok: false, reason });
      expect(decide(running, aCommand.expect_artifact(over), at(10))).toEqual({
        ok: false,
        reason,
      });
    });

    test("keeps nothing once the job is over", () => {
      const over = decidedAll(running, [aCommand.report(), 10]);

      expect(decide(over, keep(), at(20))).toMatchObject({ reason: { code: "stale_attempt" } });
    });
  });

  describe("what comes with an answer", () => {
    const two = [anArtifact(), anArtifact({ name: "b.txt" })];

    test("is kept in the commit of the report, and told of before the end", () => {
      const decision = decided(running, aCommand.report({ artifacts: two }), at(10));

      expect(eventsOf(decision)).toEqual([
        "1 job.queued",
        "2 artifact.created",
        "3 artifact.created",
        "4 job.succeeded",
      ]);
      expect(snapshotOf(decision.job)).toMatchObject({
        status: "succeeded",
        seq: 4,
        result: { artifacts: [{ name: "report.txt" }, { name: "b.txt" }] },
      });
    });

    test("comes after what the attempt said on the way", () => {
      const { batch } = aCommand.progress();
      const report = aCommand.report({ batches: [batch], artifacts: [anArtifact()] });

      expect(eventsOf(decided(running, report, at(10)))).toEqual([
        "1 job.queued",
        "2 job.progress",
        "3 job.output",
        "4 artifact.created",
        "5 job.succeeded",
      ]);
    });

    test("goes with the answer: where that is a failure, nothing of it is kept", () => {
      const undeclared = { ...aSuccess, stateUpdates: { updates: { a: 1 }, replace: false } };

      for (const outcome of [aFailure, undeclared as Outcome]) {
        const { job } = decided(running, aCommand.report({ outcome, artifacts: two }), at(10));
        expect(job.artifacts).toEqual([]);
      }
    });

    test("may say again what the attempt has kept already", () => {
      const kept = decidedAll(running, [keep(), 10]);

      const decision = decided(kept, aCommand.report({ artifacts: two }), at(20));

      expect(stateOf(decision)).toMatchObject({ status: "succeeded" });
      expect(decision.job.artifacts).toHaveLength(2);
    });

    test.each([
      {
        code: "artifact_exists",
        job: decidedAll(running, [keep({ name: "b.txt", sha256: OTHER }), 5]),
        message:
          "Cannot keep artifact b.txt of the answer. The attempt has kept another artifact by this name: choose another one",
      },
      {
        code: "too_many_artifacts",
        job: full(running),
        message:
          "Cannot keep artifact report.txt of the answer. A job keeps at most 100 artifacts, and 300 with those that were replaced",
      },
    ])("ends the attempt as a protocol fault, none of it kept: $code", ({ code, job, message }) => {
      const logs = [{ level: "info", message: "wrote two files" }];
      const report = aCommand.report({ artifacts: two, outcome: { ...aSuccess, logs } });

      const decision = decided(job, report, at(20));

      expect(stateOf(decision)).toMatchObject({
        status: "backing_off",
        attempt: 2,
        error: { code, message, category: "protocol_fault", retryable: true },
      });
      expect(decision.job.artifacts).toEqual(job.artifacts);
      expect(decision.job.events).toHaveLength(job.events.length + 1);
      expect(decision.job.steps[0].past).toMatchObject([{ logs }]);
    });

    test("is a word of a plugin over HTTP, also where it cannot be kept", () => {
      const plan = aPlan({ transport: "http", binding: null });
      const loading = aJob(aState.running({ phase: "loading" }), { plan });
      const twice = [anArtifact(), anArtifact({ sha256: OTHER })];

      const decision = decided(loading, aCommand.report({ artifacts: twice }), at(10));

      expect(eventsOf(decision)).toEqual([
        "1 job.queued",
        "2 job.running",
        "3 job.retry_scheduled",
      ]);
    });
  });

  test("everything that a job keeps lies in a place of its own", () => {
    const [one, other] = ["job-1", "job-11"].map((id) => artifactPrefix({ id: jobId(id) }));

    expect(one).toBe("jobs/job-1/");
    expect(other?.startsWith(one ?? "")).toBe(false);
  });
});
