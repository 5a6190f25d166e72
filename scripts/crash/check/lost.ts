import { isFinal } from "../job-view.ts";
import { ackedJobs, type Check } from "./evidence.ts";

/** Every job that was answered 2xx is there and over. */
export const lost: Check = ({ entries, pages }) => {
  const known = new Map(pages.map((page) => [page.jobId, page]));
  return ackedJobs(entries).flatMap(({ jobId, name, kind }) => {
    const page = known.get(jobId);
    const what = `${name} (${kind}) ${jobId}`;
    if (page?.status !== 200) return [{ check: "lost", what: `${what}: ${page?.status}` }];
    return isFinal(page.job) ? [] : [{ check: "lost", what: `${what} is ${page.job.status}` }];
  });
};

/** One more crash changes nothing of what is over: not a byte. */
export const changed: Check = ({ pages, pagesAfter }) =>
  pages.flatMap(({ jobId, text }, index) =>
    text === pagesAfter[index]?.text
      ? []
      : [
          {
            check: "changed",
            what: `${jobId}: ${differenceOf(text, pagesAfter[index]?.text ?? "")}`,
          },
        ],
  );

function differenceOf(before: string, after: string): string {
  const at = [...before].findIndex((letter, index) => letter !== after[index]);
  const from = Math.max(0, at - 60);
  return `${before.slice(from, at + 60)} became ${after.slice(from, at + 60)}`;
}
