import type { JobId } from "../../src/core/job/job.ts";
import { resubmissionOf } from "../../src/core/job/resubmission.ts";
import { isFinalStatus } from "../../src/core/job/status.ts";
import { type EpochMs, minutes } from "../../src/lang/time.ts";
import type { Answer } from "./job-shell.ts";
import { callObject, NO_ANSWER, request } from "./network.ts";
import type { Process } from "./process.ts";
import type { Server } from "./server.ts";
import { drawCallback, submissionOf, type Work } from "./work.ts";

/** How long a dedupe key holds after its job succeeded. */
export const DEDUPE_TTL_MS = minutes(2);
const LOOKS_MAX = 6;
/** A job that does an old one again, as the history tells it from the work that was planned. */
const RETRIED = 1000;

/** Everybody who wants something of the gateway, from outside of it. */
export class Callers {
  readonly #server: Server;
  #busy = 0;

  constructor(server: Server, works: readonly Work[]) {
    this.#server = server;
    for (const work of works) {
      for (const afterMs of work.triggeredAfterMs) this.#begin(this.#want(work, afterMs));
    }
  }

  /** Whether somebody is still at it. */
  get areBusy(): boolean {
    return this.#busy > 0;
  }

  #begin(process: Process): void {
    const { world } = this.#server;
    this.#busy += 1;
    const over = () => {
      this.#busy -= 1;
    };
    world.start(world.outside, process, { done: over, failed: over });
  }

  /** Triggers until somebody answers, if there is a key by which a second request is the same one. */
  *#want(work: Work, afterMs: number): Process {
    const { world } = this.#server;
    const mayRepeat = work.idempotencyKey !== null || work.dedupeKey !== null;
    yield* world.sleep(afterMs);
    for (let attempt = 1; attempt === 1 || mayRepeat; attempt += 1) {
      const askedAt = world.now;
      world.history.note(askedAt, { kind: "trigger asked", work: work.number });
      const answer = yield* request(world, this.#server, () => this.#trigger(work));
      if (answer !== NO_ANSWER) {
        this.#answered(work.number, askedAt, answer);
        this.#followUp(work, answer.job);
        return;
      }
      yield* world.sleep(1000 * world.tape.of(1, 5, 20));
    }
  }

  #answered(work: number, askedAt: EpochMs, answer: Answer): void {
    const { world } = this.#server;
    const isStored = this.#server.jobs.get(answer.job)?.disk.job?.id === answer.job;
    world.history.note(world.now, {
      kind: "trigger answered",
      work,
      job: answer.job,
      askedAt,
      isStored,
    });
  }

  #followUp(work: Work, job: JobId): void {
    const { cancelledAfterMs, attachedAfterMs, isRetried, number } = work;
    this.#begin(this.#look(job));
    if (cancelledAfterMs !== null) this.#begin(this.#cancel(job, cancelledAfterMs));
    if (attachedAfterMs !== null) {
      const name = this.#server.world.draw(`late-${number}`);
      const url = `https://${name}.example.com/hook`;
      this.#begin(this.#attach(job, { url, afterMs: attachedAfterMs }));
    }
    if (isRetried) this.#begin(this.#retry(job));
    for (const afterMs of work.resentAfterMs) this.#begin(this.#resend(job, afterMs));
  }

  /** The Worker's part of a trigger: keys first, then the submission, whoever made the job. */
  *#trigger(work: Work): Process<Answer> {
    const { world } = this.#server;
    const drawn = this.#server.newJobId();
    const deduped = yield* this.#deduped(work, drawn);
    const id = yield* this.#identified(work, { deduped, drawn });
    this.#server.madeFor.set(id, work.number);
    const shell = this.#server.job(id);
    return yield* callObject(world, shell, () => shell.submit(submissionOf(work, id, world.now)));
  }

  *#deduped({ dedupeKey }: Work, drawn: JobId): Process<JobId> {
    if (dedupeKey === null) return drawn;
    const { world } = this.#server;
    const key = this.#server.key(`dedupe:${dedupeKey}`);
    // The way to the key's object may fail as any other; the rest is the object's own affair.
    yield* callObject(world, key, () => null);
    const { jobId } = yield* key.claimDedupe({ jobId: drawn, ttlMs: DEDUPE_TTL_MS });
    return jobId;
  }

  *#identified(
    { idempotencyKey }: Work,
    { deduped, drawn }: { readonly deduped: JobId; readonly drawn: JobId },
  ): Process<JobId> {
    if (idempotencyKey === null) return deduped;
    const { world } = this.#server;
    const key = this.#server.key(`idempotency:${idempotencyKey}`);
    const claim = { jobId: deduped, claimant: drawn, fingerprint: "same" };
    return (yield* callObject(world, key, () => key.claimIdempotency(claim))).jobId;
  }

  *#cancel(job: JobId, afterMs: number): Process {
    const { world } = this.#server;
    const shell = this.#server.job(job);
    yield* world.sleep(afterMs);
    const answer = yield* request(world, this.#server, () =>
      callObject(world, shell, () => shell.cancel()),
    );
    if (answer === NO_ANSWER || answer === null) return;
    world.history.note(world.now, { kind: "cancel answered", job, status: answer.status });
  }

  /** Looks at the job now and then, and notes what it is shown. */
  *#look(job: JobId): Process {
    const { world } = this.#server;
    const shell = this.#server.job(job);
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      yield* world.sleep(world.tape.of(4000, 100, 30_000, 120_000));
      const askedAt = world.now;
      const snapshot = yield* request(world, this.#server, () =>
        callObject(world, shell, () => shell.snapshot()),
      );
      if (snapshot === NO_ANSWER || snapshot === null) continue;
      const { status, seq } = snapshot;
      world.history.note(world.now, { kind: "shown", job, status, seq, askedAt });
      if (isFinalStatus(status)) return;
    }
  }

  *#attach(job: JobId, at: { readonly url: string; readonly afterMs: number }): Process {
    const { world } = this.#server;
    const shell = this.#server.job(job);
    yield* world.sleep(at.afterMs);
    const callback = drawCallback(world.tape, at.url);
    const answer = yield* request(world, this.#server, () =>
      callObject(world, shell, () => shell.taken({ kind: "attach", callbacks: [callback] }).ok),
    );
    if (answer === true) world.history.note(world.now, { kind: "attached", job, url: at.url });
  }

  /** Asks for one of the job's deliveries once more, by hand. */
  *#resend(job: JobId, afterMs: number): Process {
    const { world } = this.#server;
    const shell = this.#server.job(job);
    yield* world.sleep(afterMs);
    const which = world.tape.below(12);
    yield* request(world, this.#server, () => callObject(world, shell, () => shell.resend(which)));
  }

  /** Waits for an end that is no success, and has the work done again as a new job. */
  *#retry(job: JobId): Process {
    const { world } = this.#server;
    const shell = this.#server.job(job);
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      yield* world.sleep(40_000);
      const snapshot = yield* request(world, this.#server, () =>
        callObject(world, shell, () => shell.snapshot()),
      );
      if (snapshot === NO_ANSWER || snapshot === null) continue;
      if (snapshot.status === "succeeded") return;
      if (isFinalStatus(snapshot.status)) return yield* this.#again(job);
    }
  }

  *#again(old: JobId): Process {
    const { world } = this.#server;
    const askedAt = world.now;
    const answer = yield* request(world, this.#server, () => this.#resubmit(old));
    if (answer === NO_ANSWER || answer === null) return;
    this.#answered(RETRIED, askedAt, answer);
  }

  *#resubmit(old: JobId): Process<Answer | null> {
    const { world } = this.#server;
    const shell = this.#server.job(old);
    const id = this.#server.newJobId();
    const again = { id, origin: "http://gateway.test", traceparent: null };
    const submission = yield* callObject(world, shell, () =>
      shell.disk.job === null ? null : resubmissionOf(shell.disk.job, again),
    );
    if (submission === null || !submission.ok) return null;
    const next = this.#server.job(id);
    return yield* callObject(world, next, () => next.submit(submission.value));
  }
}
