import type { Fault } from "../../receivers/records.ts";
import { only } from "../history.ts";
import { endOf } from "../job-view.ts";
import type { Check, Evidence } from "./evidence.ts";

/** Whoever asked for the end of a job and stayed has been told it. */
export const notTold: Check = ({ entries }) => {
  const told = new Set(only(entries, "told").map(({ n }) => n));
  return only(entries, "hears")
    .filter(({ n }) => !told.has(n))
    .map(({ way, name }) => ({ check: "not_told", what: `${way} of ${name}` }));
};

/** All that is told of one end is one and the same, to everybody and for ever. */
export const doubledEnds: Check = (evidence) => {
  const ends = [...heardEnds(evidence), ...pageEnds(evidence)];
  const byJob = Map.groupBy(ends, ({ jobId }) => jobId);
  return [...byJob].flatMap(([jobId, all]): readonly Fault[] => {
    const different = new Map(all.map(({ digest, status, by }) => [digest, `${status} by ${by}`]));
    if (different.size === 1) return [];
    return [{ check: "doubled_end", what: `${jobId}: ${[...different.values()].join(", ")}` }];
  });
};

type HeardEnd = {
  readonly jobId: string;
  readonly status: string;
  readonly digest: string;
  readonly by: string;
};

function heardEnds({ entries }: Evidence): readonly HeardEnd[] {
  const ways = new Map(only(entries, "hears").map(({ n, way }) => [n, way]));
  const callers = only(entries, "told").map(({ n, jobId, status, digest }) => {
    return { jobId, status, digest, by: ways.get(n) ?? "" };
  });
  const callbacks = only(entries, "arrival").flatMap(({ arrival }) => {
    const { data } = JSON.parse(arrival.body) as {
      readonly data?: { readonly [key: string]: unknown };
    };
    const end = data === undefined ? null : endOf(data);
    return end === null ? [] : [{ ...end, by: "callback" }];
  });
  return [...callers, ...callbacks];
}

function pageEnds({ pages, pagesAfter }: Evidence): readonly HeardEnd[] {
  return [...pages, ...pagesAfter].flatMap(({ job }) => {
    const end = endOf(job);
    return end === null ? [] : [{ ...end, by: "GET" }];
  });
}
