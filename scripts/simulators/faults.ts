import type { Random } from "../seed/random.ts";

/** What goes wrong with one request to a channel. */
export type Fault =
  | "none"
  /** 500, and nothing was taken. */
  | "error"
  /** The connection is cut before anything was read. */
  | "cut_before"
  /** It was taken, and the word that it was gets lost. */
  | "cut_after";

/** Of all requests, each a share in [0, 1]. */
export type FaultShares = {
  readonly error: number;
  readonly cutBefore: number;
  readonly cutAfter: number;
};

/** Draws the fault of the next request. */
export type DrawFault = () => Fault;

export const noFault: DrawFault = () => "none";

/** Faults that come again in the same order for the same chance. */
export function faultsFrom(random: Random, { error, cutBefore, cutAfter }: FaultShares): DrawFault {
  return () => {
    const drawn = random.next();
    if (drawn < error) return "error";
    if (drawn < error + cutBefore) return "cut_before";
    return drawn < error + cutBefore + cutAfter ? "cut_after" : "none";
  };
}
