import { type EndedJob, type Kind, labWork } from "./kind.ts";

/** Fails once or twice, then succeeds. */
export const retried: Kind = {
  share: 5,
  plan: (random) => {
    const failures = random.between(1, 2);
    const payload = { failures, retry_after_ms: random.between(300, 4000) };
    const wrong = ({ job }: EndedJob) =>
      job.attempt > failures ? [] : [`succeeded in attempt ${job.attempt}, which has to fail`];
    return labWork("flaky", { payload }, { wrong });
  },
};

/** Fails as often as it may. */
export const hopeless: Kind = {
  share: 2,
  plan: (random) => {
    const max = random.between(1, 3);
    const body = { payload: { failures: 99, retry_after_ms: 200 }, max_attempts: max };
    const wrong = ({ job }: EndedJob) =>
      job.attempts.length === max ? [] : [`${job.attempts.length} attempts of ${max}`];
    return labWork("flaky", body, { ends: ["dead"], wrong });
  },
};

/** Fails so that it is useless to try again. */
export const refused: Kind = {
  share: 1,
  plan: () => labWork("flaky", { payload: { failures: 99, retry: false } }, { ends: ["failed"] }),
};
