import type { Report } from "../../src/core/job/command.ts";
import { type JobId, jobId } from "../../src/core/job/job.ts";
import { type CallbackMessage, Consumers, type RunMessage } from "./consumers.ts";
import type { History } from "./history.ts";
import { JobShell } from "./job-shell.ts";
import { KeyShell } from "./key-shell.ts";
import { LaneShell } from "./lane-shell.ts";
import { Plugins } from "./plugins.ts";
import { Life, type Process } from "./process.ts";
import { Queue } from "./queue.ts";
import { Receivers } from "./receivers.ts";
import type { World } from "./world.ts";

/** Where queue attempts and callbacks run: `QUEUE_RUNNER`. */
export type QueueRunner = "object" | "consumer";

/** The gateway on one machine, with all its objects and queues, and the plugins and receivers around it. */
export class Server {
  readonly world: World;
  readonly runner: QueueRunner;
  readonly runs: Queue<RunMessage>;
  readonly callbacks: Queue<CallbackMessage>;
  readonly lane: LaneShell;
  readonly plugins: Plugins;
  readonly receivers: Receivers;
  readonly jobs = new Map<JobId, JobShell>();
  /** For which piece of work a job was submitted, answered or not. */
  readonly madeFor = new Map<JobId, number>();
  readonly #keys = new Map<string, KeyShell>();
  #life = new Life();
  #isUp = true;
  /** Nobody from outside gets in, though it is up. */
  isClosed = false;

  constructor(world: World, runner: QueueRunner) {
    this.world = world;
    this.runner = runner;
    const consumers = new Consumers(this);
    this.runs = new Queue(world, this.#life, (message, life, settle) => {
      const endings = { done: () => settle("taken"), failed: () => settle("again") };
      world.start(life, consumers.startAttempt(message, life), endings);
    });
    this.callbacks = new Queue(world, this.#life, (message, life, settle) => {
      const endings = { done: () => settle("taken"), failed: () => settle("again") };
      world.start(life, consumers.tellAll(message, life), endings);
    });
    this.lane = new LaneShell(this);
    this.plugins = new Plugins(this);
    this.receivers = new Receivers(world);
  }

  get history(): History {
    return this.world.history;
  }

  get life(): Life {
    return this.#life;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get isOpen(): boolean {
    return this.#isUp && !this.isClosed;
  }

  /** The object of that name, made or not: asking for it writes nothing. */
  job(id: JobId): JobShell {
    const known = this.jobs.get(id);
    if (known !== undefined) return known;
    const made = new JobShell(this, id);
    this.jobs.set(id, made);
    return made;
  }

  key(name: string): KeyShell {
    const known = this.#keys.get(name) ?? new KeyShell(this);
    this.#keys.set(name, known);
    return known;
  }

  newJobId(): JobId {
    return jobId(this.world.draw("job"));
  }

  /** A Worker's invocation, which is gone with the server. */
  serve<Answer>(
    process: Process<Answer>,
    endings: { readonly done: (answer: Answer) => void; readonly failed: () => void },
  ): void {
    this.world.start(this.#life, process, endings);
  }

  /** SIGKILL: what was in memory is gone. It comes back on the same disk. */
  crash(downMs: number, keepsMessages: boolean): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#life.end();
    for (const shell of this.jobs.values()) shell.reset();
    this.world.after(downMs, this.world.outside, () => this.#restart(keepsMessages));
  }

  #restart(keepsMessages: boolean): void {
    this.#isUp = true;
    this.#life = new Life();
    this.runs.crashed(this.#life, keepsMessages);
    this.callbacks.crashed(this.#life, keepsMessages);
    this.lane.reset();
    this.lane.schedule();
    for (const shell of this.jobs.values()) shell.alarm.schedule();
    this.history.note(this.world.now, { kind: "trouble", what: "none: the server is back" });
  }

  noteReport(job: JobId, { token, outcome }: Report, isTaken: boolean): void {
    const word = outcome.kind === "success" ? String(outcome.result.text) : "";
    const report = { job, token, outcome: outcome.kind, word, isTaken };
    this.history.note(this.world.now, { kind: "report answered", ...report });
  }
}
