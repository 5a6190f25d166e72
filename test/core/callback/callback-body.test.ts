import { describe, expect, test } from "vitest";
import { type Artifact, INLINE_BYTES_MAX } from "../../../src/core/artifact/artifact.ts";
import {
  artifactsToInline,
  callbackBody,
  type InlineContent,
  type Telling,
} from "../../../src/core/callback/callback-body.ts";
import { CALLBACK_EVENTS } from "../../../src/core/callback/callback-events.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import type { Outcome } from "../../../src/core/plugin/outcome.ts";
import { aCallback, anArtifact, aToldJob, endpointOf } from "../../support/a-callback.ts";
import { aCommand, aFailure, aSuccess } from "../../support/a-command.ts";
import { decidedAll } from "../../support/decided.ts";

const states = aCallback();
const standard = aCallback({ profile: "standard", events: CALLBACK_EVENTS.standard });

const URL = "http://gateway.test/jobs/job-1/artifacts";

/** What an endpoint is owed of event `seq`. */
function tellingOf(job: Job, seq: number, number: number): Telling {
  const endpoint = endpointOf(job, number);
  const delivery = endpoint.owed.find((each) => each.seq === seq);
  const event = job.events.find((each) => each.seq === seq);
  if (delivery === undefined || event === undefined) throw new Error(`Nobody is owed ${seq}`);
  return { job, event, due: { endpoint, delivery } };
}

/** The body of a delivery, where the store has of each artifact the name of its place. */
function bodyOf(job: Job, seq: number, number = 1) {
  const telling = tellingOf(job, seq, number);
  const contents = artifactsToInline(telling).map(({ name, key }): [string, InlineContent] => [
    name,
    { content: key },
  ]);
  return callbackBody(telling, new Map(contents));
}

const artifact = (key: string, over: Partial<Artifact> = {}) =>
  anArtifact({ key, sha256: key.padEnd(64, "0"), ...over });

/** Keeps an artifact, fails; keeps it anew and one more with its answer, and succeeds. */
const MOVES = [
  [aCommand.claim(), 100],
  [aCommand.keep_artifact({ artifact: artifact("a1") }), 160],
  [aCommand.report({ outcome: aFailure }), 200],
  [aCommand.wake(), 60_000],
  [aCommand.claim({ attempt: 2 }), 60_100],
  [aCommand.progress(), 60_150],
  [aCommand.report({ artifacts: [artifact("a2"), artifact("b2", { name: "b.bin" })] }), 60_200],
] as const;

const whole = decidedAll(aToldJob([states, standard]), ...MOVES);

describe("a receiver of states is told", () => {
  test("no more than the state, at the beginning", () => {
    expect(bodyOf(whole, 1)).toEqual({
      job_id: "job-1",
      state: "queued",
      previous_state: null,
      seq: 1,
      attempt: 1,
      idempotency_key: "job-1:queued",
      timestamp: "2027-01-15T08:00:00.000Z",
    });
  });

  test("what went wrong, while it waits for another attempt", () => {
    expect(bodyOf(whole, 5)).toMatchObject({
      state: "queued",
      previous_state: "working",
      attempt: 2,
      error: { code: "boom", attempt: 1, retryable: true },
      artifacts: [{ name: "report.txt", content: "a1" }],
    });
  });

  test("the result and what was kept, at the end", () => {
    const about = { content_type: "text/plain", bytes: 5 };
    const report = { name: "report.txt", ...about, sha256: artifact("a2").sha256 };
    const other = { name: "b.bin", ...about, sha256: artifact("b2").sha256 };
    const links = [
      { ...report, url: `${URL}/report.txt` },
      { ...other, url: `${URL}/b.bin` },
    ];

    expect(bodyOf(whole, 13)).toEqual({
      job_id: "job-1",
      state: "done",
      previous_state: "working",
      seq: 13,
      attempt: 2,
      idempotency_key: "job-1:done",
      timestamp: "2027-01-15T08:01:00.200Z",
      result: { text: "done", output: { n: 1 }, artifacts: links },
      artifacts: [
        { ...report, content: "a2" },
        { ...other, content: "b2" },
      ],
    });
  });

  test("why it failed", () => {
    const outcome: Outcome = { ...aFailure, retryable: false } as Outcome;
    const job = decidedAll(
      aToldJob([states]),
      [aCommand.claim(), 10],
      [aCommand.report({ outcome }), 20],
    );

    expect(bodyOf(job, 4)).toMatchObject({ state: "failed", error: { code: "boom" } });
    expect(bodyOf(job, 4)).not.toHaveProperty("result");
    expect(bodyOf(job, 4)).not.toHaveProperty("artifacts");
  });
});

describe("a receiver of the profile standard is told", () => {
  test("the event, with the job as it was then", () => {
    const claimed = decidedAll(aToldJob([states, standard]), ...MOVES.slice(0, 1));

    expect(bodyOf(whole, 3, 2)).toEqual({
      type: "job.running",
      timestamp: "2027-01-15T08:00:00.100Z",
      data: snapshotOf(claimed),
    });
  });

  test("at the end what the job shows to everybody, for ever", () => {
    expect(bodyOf(whole, 13, 2)).toEqual({
      type: "job.succeeded",
      timestamp: "2027-01-15T08:01:00.200Z",
      data: snapshotOf(whole),
    });
  });

  test("of an artifact once it is there, by its link alone", () => {
    expect(bodyOf(whole, 4, 2)).toMatchObject({
      type: "artifact.created",
      data: {
        status: "running",
        seq: 4,
        artifact: { name: "report.txt", url: `${URL}/report.txt` },
        artifacts: [{ url: `${URL}/report.txt` }],
      },
    });
    expect(artifactsToInline(tellingOf(whole, 4, 2))).toEqual([]);
  });
});

test("a delivery says the same, byte for byte, however far the job has moved on", () => {
  const first = new Map<string, string>();
  let job = aToldJob([states, standard]);
  for (const move of [...MOVES, [aCommand.note_delivery(), 70_000] as const]) {
    for (const [name, body] of bodies(job)) if (!first.has(name)) first.set(name, body);
    job = decidedAll(job, move);
    const now = bodies(job);
    for (const [name, body] of first) if (now.has(name)) expect(now.get(name)).toBe(body);
  }

  expect([...bodies(job).keys()]).toEqual([
    ...[2, 3, 5, 7, 8, 13].map((seq) => `1: ${seq}`),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13].map((seq) => `2: ${seq}`),
  ]);
  expect(bodyOf(job, 8)).toMatchObject({ artifacts: [{ content: "a1" }] });
  expect(bodyOf(job, 13)).toMatchObject({ artifacts: [{ content: "a2" }, { content: "b2" }] });
});

function bodies(job: Job): ReadonlyMap<string, string> {
  return new Map(
    job.endpoints.flatMap(({ number, owed }) =>
      owed.map(({ seq }) => [`${number}: ${seq}`, JSON.stringify(bodyOf(job, seq, number))]),
    ),
  );
}

describe("artifacts come whole with a change of state", () => {
  function inlined(...artifacts: readonly Partial<Artifact>[]): readonly string[] {
    const job = decidedAll(
      aToldJob([states]),
      [aCommand.claim(), 10],
      [aCommand.report({ artifacts: artifacts.map((over) => anArtifact(over)) }), 20],
    );
    const { seq } = endpointOf(job).owed.at(-1) ?? { seq: 0 };
    return artifactsToInline(tellingOf(job, seq, 1)).map(({ name }) => name);
  }

  test("up to 262,144 bytes in all, and not one more", () => {
    const half = INLINE_BYTES_MAX / 2;

    expect(INLINE_BYTES_MAX).toBe(262_144);
    expect(inlined({ name: "a", bytes: INLINE_BYTES_MAX })).toEqual(["a"]);
    expect(inlined({ name: "a", bytes: INLINE_BYTES_MAX + 1 })).toEqual([]);
    expect(inlined({ name: "a", bytes: half }, { name: "b", bytes: half })).toEqual(["a", "b"]);
    expect(inlined({ name: "a", bytes: half }, { name: "b", bytes: half + 1 })).toEqual(["a"]);
  });

  test("the first ones first, and smaller ones where a larger one does not fit", () => {
    const sizes = { a: 200_000, b: 100_000, c: 62_144, d: 1, e: 0 };
    const artifacts = Object.entries(sizes).map(([name, bytes]) => ({ name, bytes }));

    expect(inlined(...artifacts)).toEqual(["a", "c", "e"]);
  });

  test("but never the one that says again what the result says", () => {
    expect(inlined({ name: "_result.json", bytes: 9 }, { name: "a", bytes: 9 })).toEqual(["a"]);
  });

  test("and by a link where their bytes are not there any more", () => {
    const body = callbackBody(tellingOf(whole, 13, 1), new Map());

    expect(body).toMatchObject({
      artifacts: [{ url: `${URL}/report.txt` }, { url: `${URL}/b.bin` }],
    });
  });
});

describe("a result that is too long for a callback", () => {
  const text = "x".repeat(INLINE_BYTES_MAX);
  const outcome = { ...aSuccess, result: { text, output: { a: 1 } } } as Outcome;
  const long = decidedAll(
    aToldJob([states, standard]),
    [aCommand.claim(), 10],
    [aCommand.report({ outcome, artifacts: [anArtifact({ name: "_result.json" })] }), 20],
  );
  const instead = {
    text: null,
    output: null,
    artifacts: [{ name: "_result.json", url: `${URL}/_result.json` }],
  };

  test("is to be fetched, by receivers of either kind", () => {
    expect(bodyOf(long, 5, 1)).toMatchObject({ state: "done", result: instead });
    expect(bodyOf(long, 5, 2)).toMatchObject({ data: { status: "succeeded", result: instead } });
    expect(JSON.stringify([bodyOf(long, 5, 1), bodyOf(long, 5, 2)]).length).toBeLessThan(10_000);
  });

  test("is whole in the snapshot", () => {
    expect(snapshotOf(long).result).toMatchObject({ text, output: { a: 1 } });
  });

  test("comes whole where it just fits", () => {
    const room = INLINE_BYTES_MAX - JSON.stringify({ text: "", output: null }).length;
    const fits = { ...aSuccess, result: { text: "x".repeat(room), output: null } } as Outcome;
    const job = decidedAll(
      aToldJob([states]),
      [aCommand.claim(), 10],
      [aCommand.report({ outcome: fits }), 20],
    );

    expect(bodyOf(job, 4)).toMatchObject({ result: { text: "x".repeat(room) } });
  });
});

test("a job that keeps no result tells of none", () => {
  const job = decidedAll(
    aToldJob([states, standard], { keepsResult: false }),
    [aCommand.claim(), 10],
    [aCommand.report(), 20],
  );

  expect(bodyOf(job, 4)).toMatchObject({ state: "done" });
  expect(bodyOf(job, 4)).not.toHaveProperty("result");
  expect(bodyOf(job, 4, 2)).toMatchObject({ data: { status: "succeeded", result: null } });
});
