import { type Kind, labWork } from "./kind.ts";

/** The same request with one `Idempotency-Key`, by some at once and again after a crash. */
export const keyed: Kind = {
  share: 5,
  plan: (random, name) => {
    const payload = { ms: random.between(10, 1200) };
    const more = { headers: { "idempotency-key": name }, copies: random.between(1, 3) };
    return labWork(random.pick(["sleep", "work"]), { payload }, more);
  },
};

/** The same piece of work by its name. */
export const deduplicated: Kind = {
  share: 3,
  plan: (random, name) => {
    const body = { payload: { ms: random.between(10, 1200) }, dedupe_key: name };
    return labWork("work", body, { copies: random.between(1, 3) });
  },
};
