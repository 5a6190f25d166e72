import { describe, expect, test } from "vitest";
import {
  admit,
  type Breaker,
  givenBack,
  heard,
  reset,
  retryAt,
} from "../../../src/core/breaker/breaker.ts";
import type { JobEnd } from "../../../src/core/breaker/job-end.ts";
import { jobId } from "../../../src/core/job/job.ts";
import { aBreaker, aJobEnd, aPolicy, PROBE, RESET_MS, terms } from "../../support/a-breaker.ts";
import { at, T0 } from "../../support/a-job.ts";

const JOB = jobId("job-1");

describe("a job that asks", () => {
  const lateProbe = { job: JOB, startedAt: at(2 * RESET_MS) };
  const CASES = [
    { of: "closed", ms: 0, verdict: "go", becomes: aBreaker.closed() },
    { of: "open", ms: RESET_MS - 1, verdict: "stopped", becomes: aBreaker.open() },
    {
      of: "open",
      ms: RESET_MS,
      verdict: "probe",
      becomes: aBreaker.half_open({ probe: { job: JOB, startedAt: at(RESET_MS) } }),
    },
    { of: "half_open", ms: 2 * RESET_MS - 1, verdict: "stopped", becomes: aBreaker.half_open() },
    {
      of: "half_open",
      ms: 2 * RESET_MS,
      verdict: "probe",
      becomes: aBreaker.half_open({ probe: lateProbe }),
    },
  ] as const;

  test.each(CASES)("$of at $ms ms: $verdict", ({ of, ms, verdict, becomes }) => {
    expect(admit(aBreaker[of](), JOB, terms(ms))).toEqual({ breaker: becomes, verdict });
  });

  test("is the probe again when its question comes twice", () => {
    const breaker = aBreaker.half_open();

    expect(admit(breaker, PROBE, terms(RESET_MS + 1))).toEqual({ breaker, verdict: "probe" });
  });
});

/** Instants around the period that begins at T0: a probe starts at its end, unless it says otherwise. */
const INSIDE = at(RESET_MS - 1);
const AFTER = at(RESET_MS);
const NOW = 2 * RESET_MS + 7;

type Change = {
  readonly of: Breaker["state"];
  readonly what: string;
  readonly end: Partial<JobEnd>;
  /** `null` = the very same breaker: nothing to store. */
  readonly becomes: Breaker | null;
  readonly from?: Breaker;
};

const closedNow = aBreaker.closed({ closedAt: at(NOW) });
const reopened = aBreaker.open({ failures: 4, openedAt: at(NOW) });

const CHANGES: readonly Change[] = [
  {
    of: "closed",
    what: "the first failure is counted",
    end: {},
    becomes: aBreaker.closed({ failures: 1, failedAt: at(NOW) }),
  },
  {
    of: "closed",
    what: "the last failure that is allowed opens it",
    from: aBreaker.closed({ failures: 2, failedAt: T0 }),
    end: {},
    becomes: aBreaker.open({ openedAt: at(NOW) }),
  },
  {
    of: "closed",
    what: "a failure after a success that nobody told of begins a new row",
    from: aBreaker.closed({ failures: 2, failedAt: T0 }),
    end: { lastSuccessAt: at(1) },
    becomes: aBreaker.closed({ failures: 1, failedAt: at(NOW) }),
  },
  {
    of: "closed",
    what: "a success from before the row does not break it",
    from: aBreaker.closed({ failures: 1, failedAt: at(1) }),
    end: { lastSuccessAt: at(1) },
    becomes: aBreaker.closed({ failures: 2, failedAt: at(NOW) }),
  },
  {
    of: "closed",
    what: "a success ends the row",
    from: aBreaker.closed({ failures: 2, failedAt: T0 }),
    end: { verdict: "succeeded" },
    becomes: aBreaker.closed(),
  },
  {
    of: "closed",
    what: "a success without a row changes nothing",
    end: { verdict: "succeeded" },
    becomes: null,
  },
  {
    of: "closed",
    what: "a failed job from before it was closed changes nothing",
    from: aBreaker.closed({ closedAt: at(1) }),
    end: {},
    becomes: null,
  },
  {
    of: "closed",
    what: "a failed job of the very instant at which it was closed is counted",
    from: aBreaker.closed({ closedAt: at(1) }),
    end: { submittedAt: at(1) },
    becomes: aBreaker.closed({ closedAt: at(1), failures: 1, failedAt: at(NOW) }),
  },
  {
    of: "closed",
    what: "a success from before it was closed does not end a row that began since",
    from: aBreaker.closed({ failures: 1, failedAt: at(2), closedAt: at(1) }),
    end: { verdict: "succeeded" },
    becomes: null,
  },
  {
    of: "closed",
    what: "an end that says nothing changes nothing",
    end: { verdict: "says_nothing" },
    becomes: null,
  },
  {
    of: "open",
    what: "a late failure changes nothing",
    end: { submittedAt: INSIDE },
    becomes: null,
  },
  {
    of: "open",
    what: "a late success changes nothing",
    end: { submittedAt: INSIDE, verdict: "succeeded" },
    becomes: null,
  },
  {
    of: "open",
    what: "the failure of a job from after the period begins another",
    end: { submittedAt: AFTER },
    becomes: reopened,
  },
  {
    of: "open",
    what: "the success of a job from after the period closes it",
    end: { submittedAt: AFTER, verdict: "succeeded" },
    becomes: closedNow,
  },
  {
    of: "open",
    what: "an end that says nothing changes nothing",
    end: { submittedAt: AFTER, verdict: "says_nothing" },
    becomes: null,
  },
  {
    of: "half_open",
    what: "the probe's failure begins another period",
    end: { job: PROBE },
    becomes: reopened,
  },
  {
    of: "half_open",
    what: "the probe's success closes it",
    end: { job: PROBE, verdict: "succeeded" },
    becomes: closedNow,
  },
  {
    of: "half_open",
    what: "a probe that says nothing gives its place back",
    end: { job: PROBE, verdict: "says_nothing" },
    becomes: aBreaker.open(),
  },
  {
    of: "half_open",
    what: "a late failure changes nothing",
    end: { submittedAt: INSIDE },
    becomes: null,
  },
  {
    of: "half_open",
    what: "a late success changes nothing",
    end: { submittedAt: INSIDE, verdict: "succeeded" },
    becomes: null,
  },
  {
    of: "half_open",
    what: "the failure of a probe that had given way changes nothing",
    end: { submittedAt: AFTER },
    becomes: null,
  },
  {
    of: "half_open",
    what: "the success of a probe that had given way closes it",
    end: { submittedAt: AFTER, verdict: "succeeded" },
    becomes: closedNow,
  },
  {
    of: "half_open",
    what: "the failure of a job from after the probe was lost begins another period",
    end: { submittedAt: at(2 * RESET_MS) },
    becomes: reopened,
  },
];

describe("the end of a job", () => {
  test.each(CHANGES)("$of: $what", ({ of, end, becomes, from = aBreaker[of]() }) => {
    const after = heard(from, aJobEnd({ endedAt: at(NOW), ...end }), aPolicy);

    if (becomes === null) expect(after).toBe(from);
    else expect(after).toEqual(becomes);
  });
});

describe("a reset", () => {
  test.each([
    { from: aBreaker.closed({ failures: 1, failedAt: T0 }) },
    { from: aBreaker.open() },
    { from: aBreaker.half_open() },
  ])("closes one that is $from.state with $from.failures failures", ({ from }) => {
    expect(reset(from, at(NOW))).toEqual(closedNow);
  });

  test("leaves one that is well as it is", () => {
    const breaker = aBreaker.closed();

    expect(reset(breaker, at(NOW))).toBe(breaker);
  });
});

test("only the probe can give its place back", () => {
  const breaker = aBreaker.half_open();

  expect(givenBack(breaker, JOB)).toBe(breaker);
});

test("the next probe is due a period after the opening, or after the probe that is lost", () => {
  expect(retryAt(aBreaker.open(), aPolicy)).toBe(at(RESET_MS));
  expect(retryAt(aBreaker.half_open(), aPolicy)).toBe(at(2 * RESET_MS));
});
