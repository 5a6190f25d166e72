import type { Endpoint } from "../callback/endpoint.ts";
import { withEndpoint } from "../callback/with-endpoint.ts";
import type { Job } from "../job/job.ts";
import type { Seat, SeatRefresh } from "./seat.ts";
import { isSeat, talkWith } from "./talk.ts";

/** Channels in which a question has a person in mind. Whoever comes with a token may answer any. */
const CHANNELS: readonly string[] = ["discord", "slack"] satisfies readonly Seat["kind"][];

/**
 * Whether somebody may answer what a job asks. In a channel it is whoever started the job there, unless
 * its command says that anyone may.
 *
 * @param by `discord:<user id>`, or whoever else it is.
 */
export function mayAnswer({ endpoints }: Pick<Job, "endpoints">, by: string): boolean {
  const [channel = "", userId = ""] = by.split(":");
  if (!CHANNELS.includes(channel)) return true;
  return endpoints.some(
    ({ seat }) => seat?.kind === channel && (seat.answers === "anyone" || seat.userId === userId),
  );
}

/**
 * The job, speaking to the seat by the way that a press has opened: it is fresher than the one that the
 * question was asked by, which may be over for months.
 */
export function withRefreshedSeat(job: Job, refresh: SeatRefresh): Job {
  const endpoint = job.endpoints.findLast(({ seat }) => seat?.kind === refresh.kind);
  if (endpoint === undefined || !isSeat(endpoint)) return job;
  // The kinds are the same: each has what its refresh brings.
  const seat = { ...endpoint.seat, ...refresh } as Seat;
  const talk = talkWith(seat);
  // What the bot has written is there still, and can be edited when this way is over as well.
  const { botMessage } = endpoint.talk.memory;
  const memory = { ...talk.memory, botMessage };
  // The question has been seen, or it could not have been answered here: whatever is still to be said of
  // it, and whoever is saying it, comes too late.
  const refreshed: Endpoint = {
    ...endpoint,
    seat,
    talk: { ...talk, memory },
    owed: [],
    next: null,
  };
  return withEndpoint(job, refreshed);
}
