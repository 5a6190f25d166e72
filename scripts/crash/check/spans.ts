import { type Entry, only } from "../history.ts";

/** The time in which one stream was open, and the server up. */
export type Span = {
  readonly n: number;
  readonly openedAt: number;
  readonly endedAt: number;
  /** How long it may be silent; `null` = for ever. */
  readonly everyMs: number | null;
  /** When it said anything, be it an event or a comment. */
  readonly spokeAt: readonly number[];
  /** When its caller has heard of which event, earlier streams included. */
  readonly heardAt: ReadonlyMap<number, number>;
};

/** All streams of all callers. A kill ends each of them, whenever its caller notices. */
export function spansIn(entries: readonly Entry[]): readonly Span[] {
  const endings = only(entries, "kill", "died").map(({ t }) => t);
  const lastAt = entries.at(-1)?.t ?? 0;
  const callers = Map.groupBy(only(entries, ...OF_STREAMS), ({ n }) => n);
  return [...callers.values()].flatMap((own) => {
    const heardAt = heardIn(own);
    return own.flatMap((entry, index): readonly Span[] => {
      if (entry.k !== "opens") return [];
      const after = own.slice(index + 1);
      const closes = after.find(({ k }) => k === "closes" || k === "opens");
      const killedAt = endings.find((t) => t >= entry.t) ?? lastAt;
      const endedAt = Math.min(closes?.t ?? lastAt, killedAt);
      const spokeAt = after.filter(({ t }) => t <= endedAt).map(({ t }) => t);
      const { n, t: openedAt, everyMs } = entry;
      return [{ n, openedAt, endedAt, everyMs, spokeAt, heardAt }];
    });
  });
}

const OF_STREAMS = ["opens", "event", "words", "closes"] as const;

/** When a caller first heard of which event. */
function heardIn(own: readonly Entry[]): ReadonlyMap<number, number> {
  const events = only(own, "event").map(({ seq, t }) => [seq, t] as const);
  // The first one of a number is the last to be put there.
  return new Map(events.toReversed());
}
