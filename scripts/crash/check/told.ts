import type { Fault } from "../../receivers/records.ts";
import { only } from "../history.ts";
import { endOf } from "../job-view.ts";
import type { Check, Evidence } from "./evidence.ts";

/** Whoever asked for the end of a job and stayed has been told it. */
export const notTold: Check = (evidence) => {
  const told = toldRight(evidence);
  return only(evidence.entries, "hears")
    .filter(({ n }) => !told.has(n))
    .map(({ way, name }) => ({ check: "not_told", what: `${way} of ${name}` }));
};

/** The callers who were told the end of the very job that they asked for, as it is in the end. */
export function toldRight({ entries, pages }: Evidence): ReadonlySet<number> {
  const asked = new Map(only(entries, "hears").map(({ n, jobId }) => [n, jobId]));
  const ends = new Map(pages.map(({ jobId, job }) => [jobId, endOf(job)?.digest]));
  const right = only(entries, "told").filter(
    ({ n, jobId, digest }) => asked.get(n) === jobId && ends.get(jobId) === digest,
  );
  return new Set(right.map(({ n }) => n));
}

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
