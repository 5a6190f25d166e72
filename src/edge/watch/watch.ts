import type { EventView } from "../../core/job/event-view.ts";
import type { Snapshot } from "../../core/job/snapshot.ts";

/**
 * What a watcher asks a job's object for, over a hibernating socket: to be told when the job is at
 * rest (`end`), when it is in none of the states that the watcher knows (`move`: newest event numbers),
 * or of every event (`events`).
 */
export type Watch =
  | { readonly want: "end" }
  | { readonly want: "move"; readonly known: readonly number[] }
  | { readonly want: "events"; readonly after: number };

/** What the object says: to `end` and `move` the job as it is, to `events` what happened since. */
export type Told = { readonly snapshot: Snapshot } | EventPage;

export type EventPage = {
  readonly events: readonly EventView[];
  /** The job is over, and these are its last events. */
  readonly final: boolean;
  /** There are further ones: say `MORE` when these are dealt with. */
  readonly more: boolean;
};

/** A watcher's words. */
export const NOW = "now";
export const MORE = "more";

/** Where a job's object takes watchers. The host is not looked at. */
export function watchUrl(watch: Watch): string {
  const { want } = watch;
  const query = new URLSearchParams({ want });
  if (want === "move") query.set("known", watch.known.join(" "));
  if (want === "events") query.set("after", String(watch.after));
  return `http://job/watch?${query}`;
}

/** The inverse of `watchUrl`; only the gateway itself calls it, so there is nothing to refuse. */
export function watchOf(url: string): Watch {
  const { searchParams } = new URL(url);
  switch (searchParams.get("want")) {
    case "move":
      return { want: "move", known: (searchParams.get("known") ?? "").split(" ").map(Number) };
    case "events":
      return { want: "events", after: Number(searchParams.get("after")) };
    default:
      return { want: "end" };
  }
}
