import { type Kind, labWork } from "./kind.ts";

const MS = { min: 100, max: 4000 } as const;

/**
 * What goes through the queue is shorter: where a consumer runs it, the local queue hands out one batch
 * after another, each of which takes as long as its longest.
 */
const QUEUED_MS = { min: 50, max: 1500 } as const;

/** Called by the job's own object. */
export const direct: Kind = {
  share: 6,
  plan: (random) => labWork("sleep", { payload: { ms: random.between(MS.min, MS.max) } }),
};

/** Through the queue, with progress and partial text. */
export const queued: Kind = {
  share: 6,
  plan: (random) => {
    const ms = random.between(QUEUED_MS.min, QUEUED_MS.max);
    const payload = { ms, steps: random.between(1, 6) };
    return labWork("work", { payload });
  },
};

export const quick: Kind = {
  share: 4,
  plan: (_random, name) => labWork("echo", { payload: { text: name } }),
};

/** Fire and forget: the result is not kept, the end is. */
export const fired: Kind = {
  share: 2,
  plan: (_random, name) => labWork("poke", { payload: { text: name } }),
};

export const delayed: Kind = {
  share: 4,
  plan: (random, name) =>
    labWork("echo", { payload: { text: name }, delay: random.between(5, 80) / 10 }),
};

/** The front for whoever knows queues with webhooks: plugin and command stand in the body. */
export const posted: Kind = {
  share: 2,
  plan: (random) => {
    const payload = { ms: random.between(QUEUED_MS.min, QUEUED_MS.max) };
    return { ...labWork("work", { plugin: "lab", command: "work", payload }), path: "/jobs" };
  },
};
