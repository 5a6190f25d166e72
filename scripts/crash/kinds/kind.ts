import type { Random } from "../../seed/random.ts";
import type { Reply } from "../client.ts";
import type { Question } from "../held.ts";
import type { Entry } from "../history.ts";
import type { JobView } from "../job-view.ts";
import { isMoving } from "../ways/poll.ts";

/** One kind of work: another file beside this one and a line in `registry.ts` is all that a new one takes. */
export type Kind = {
  /** Of the draws. */
  readonly share: number;
  /** @param name Unique to this piece of work. Everything is drawn here, so that a seed says it all. */
  readonly plan: (random: Random, name: string) => Work;
};

/** A piece of work: how it is triggered, what is done to it then, and how it must end. */
export type Work = {
  readonly path: string;
  readonly body: object;
  readonly headers?: { readonly [name: string]: string };
  /** So many send the same at once and again after a crash, and must be given one job; 0 = it has no key. */
  readonly copies: number;
  /** Whether the body takes the options of a trigger. */
  readonly isTrigger: boolean;
  readonly ends: readonly string[];
  readonly steer?: (job: SteeredJob) => Promise<void>;
  /** What is wrong with the job as it ended, beyond its status. */
  readonly wrong?: (ended: EndedJob) => readonly string[];
};

/** A job in the hands of whoever does something to it. */
export type SteeredJob = {
  readonly name: string;
  readonly jobId: string;
  /** Sends it until it is answered, each time held to its wait. */
  readonly ask: (question: Question) => Promise<Reply>;
  /** Writes down what was done, and what was answered. */
  readonly note: (what: string, reply: Reply) => void;
  /** One more job that came of it, which somebody waits for as well; over when they have been told. */
  readonly also: (name: string, jobId: string) => Promise<void>;
};

export type Act = Extract<Entry, { readonly k: "act" }>;

export type EndedJob = {
  readonly name: string;
  readonly job: JobView;
  /** Everything that was done to it, in order. */
  readonly acts: readonly Act[];
};

/** Most work: a trigger of one of the lab's commands, without a key. */
export function labWork(command: string, body: object, more: Partial<Work> = {}): Work {
  return {
    path: `/trigger/lab/${command}`,
    body,
    copies: 0,
    isTrigger: true,
    ends: ["succeeded"],
    ...more,
  };
}

/** The job as it is now; asks until somebody answers. */
export async function look({ ask, jobId }: SteeredJob, waitSeconds = 0): Promise<JobView> {
  const query = waitSeconds === 0 ? "" : `?wait=${waitSeconds}`;
  const path = `/jobs/${jobId}${query}`;
  const { body } = await ask({ path, waitMs: waitSeconds * 1000, isNotYet: isMoving });
  return body as unknown as JobView;
}
