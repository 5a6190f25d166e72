import type { Fault } from "../../receivers/records.ts";
import { only } from "../history.ts";
import type { Check } from "./evidence.ts";
import { allowedMs, LATE_MS_MAX, machineIn } from "./machine.ts";
import { type Span, spansIn } from "./spans.ts";

/** A stream that is open says something every so often, if only that it is still there. */
export const silent: Check = ({ entries }) => {
  const machineAt = machineIn(entries);
  return spansIn(entries).flatMap((span): readonly Fault[] => {
    const { n, everyMs } = span;
    if (everyMs === null) return [];
    return silencesOf(span)
      .filter(({ fromMs, toMs }) => toMs - fromMs > everyMs + LATE_MS_MAX)
      .filter(({ fromMs, toMs }) => toMs - fromMs > everyMs + allowedMs(machineAt(fromMs, toMs)))
      .map(({ fromMs, toMs }) => {
        const when = new Date(fromMs).toISOString();
        return { check: "hung", what: `caller ${n}: silent for ${toMs - fromMs} ms, ${when}` };
      });
  });
};

function silencesOf({ openedAt, endedAt, spokeAt }: Span) {
  const ends = [...spokeAt, endedAt];
  return ends.map((toMs, index) => ({ fromMs: ends[index - 1] ?? openedAt, toMs }));
}

/** Whatever happened to a job while a stream of it was open, or before, was told there at once. */
export const lateEvents: Check = ({ entries, pages }) => {
  const machineAt = machineIn(entries);
  const jobs = new Map(only(entries, "hears").map(({ n, jobId }) => [n, jobId]));
  const logs = new Map(pages.map(({ jobId, events }) => [jobId, events]));
  return spansIn(entries).flatMap((span): readonly Fault[] => {
    const { n, openedAt, endedAt, heardAt } = span;
    const log = logs.get(jobs.get(n) ?? "") ?? [];
    return log.flatMap(({ seq, at }) => {
      const dueAt = Math.max(Date.parse(at), openedAt);
      // What was told after the stream had ended was not told by it.
      const toldAt = Math.min(heardAt.get(seq) ?? endedAt, endedAt);
      const lateMs = toldAt - dueAt;
      if (lateMs <= LATE_MS_MAX || lateMs <= allowedMs(machineAt(dueAt, toldAt))) return [];
      const what = `caller ${n}: event ${seq} of ${jobs.get(n)} ${lateMs} ms late`;
      return [{ check: "hung", what: `${what}, ${new Date(dueAt).toISOString()}` }];
    });
  });
};
