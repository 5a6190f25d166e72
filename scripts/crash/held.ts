import type { Asked, Client, Reply } from "./client.ts";
import { isAnswer } from "./client.ts";
import type { History, HowHeld } from "./history.ts";

/** Whoever waits longer than this beyond what was promised has been forgotten. */
const FORGOTTEN_MS = 15_000;

/** A request that is to be answered within `waitMs`. */
export type Question = Asked & {
  readonly path: string;
  readonly waitMs: number;
  /** Whether an answer says that patience is over, which it may not say before it is. */
  readonly isNotYet?: (reply: Reply) => boolean;
};

/** Asks once, and notes when caller `n` was to be answered, and what came of it. */
export async function askHeld(
  { client, history }: { readonly client: Client; readonly history: History },
  n: number,
  { path, waitMs, isNotYet, ...asked }: Question,
): Promise<Reply | "cut" | "hung"> {
  history.note({ k: "holds", n, until: Date.now() + waitMs });
  const reply = await client.ask(path, { ...asked, msMax: waitMs + FORGOTTEN_MS });
  history.note({ k: "held", n, how: howHeld(reply, isNotYet) });
  return reply;
}

function howHeld(reply: Reply | "cut" | "hung", isNotYet: Question["isNotYet"]): HowHeld {
  if (typeof reply === "string") return reply;
  if (!isAnswer(reply)) return "turned_away";
  return isNotYet?.(reply) === true ? "not_yet" : "answered";
}
