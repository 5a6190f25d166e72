import { callbackStateOf } from "../../../src/core/callback/callback-state.ts";
import type { Endpoint } from "../../../src/core/callback/endpoint.ts";
import type { JobEvent } from "../../../src/core/job/event.ts";
import { newestEvent } from "../../../src/core/job/history.ts";
import type { Job } from "../../../src/core/job/job.ts";
import type { JobShell } from "../job-shell.ts";
import type { Move } from "./at-every-step.ts";

/** The numbers of the events that an endpoint wants to be told of, from the log alone. */
function wantedBy(
  { profile, events }: Pick<Endpoint, "profile" | "events">,
  log: readonly JobEvent[],
): readonly number[] {
  let known: string | null = null;
  return log.flatMap((event) => {
    if (profile === "states") {
      const state = callbackStateOf(event);
      if (state === null || state === known) return [];
      known = state;
    }
    return events.includes(event.type) ? [event.seq] : [];
  });
}

/** The numbers of the events that it is told of, was told of, or was given up on; not what is sent again by hand. */
export function toldTo({ ledger }: Job, { number, owed }: Endpoint): readonly number[] {
  const settled = ledger.filter(({ endpoint }) => endpoint === number);
  const first = [...settled, ...owed].filter(({ isResent }) => !isResent);
  return first.map(({ seq }) => seq).toSorted((left, right) => left - right);
}

/** I-35: a move, its event and what is owed for it are in one commit, or none of them is. */
export function toldWithTheMove({ shell, before, after }: Move): string | null {
  for (const endpoint of after.endpoints) {
    const told = toldTo(after, endpoint);
    if (!shell.toldFrom.has(endpoint.number)) {
      // Whoever comes later begins with where the job stands, if there is a word for it, or with what comes.
      const begins = before === null ? 1 : (told[0] ?? newestEvent(after).seq + 1);
      shell.toldFrom.set(endpoint.number, begins);
    }
    const wanted = wantedFrom(shell, endpoint);
    if (told.join() !== wanted.join()) {
      return `${after.id} is to tell ${endpoint.url} of ${wanted}, and has ${told}`;
    }
  }
  return null;
}

/** What an endpoint wants to be told of since it is there. */
export function wantedFrom({ disk, toldFrom }: JobShell, endpoint: Endpoint): readonly number[] {
  const from = toldFrom.get(endpoint.number) ?? 1;
  return wantedBy(
    endpoint,
    disk.events.filter(({ seq }) => seq >= from),
  );
}
