import { setInterval as ticks } from "node:timers/promises";
import type { Caller, Told } from "./caller.ts";
import { trigger } from "./work.ts";

const TICK_MS = 10;
const SECOND_MS = 1000;

/** Sends so many triggers a second, whether they are answered or not: what each is told comes later. */
export async function offer(
  caller: Caller,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<readonly Promise<Told>[]> {
  const startedAt = performance.now();
  const sent: Promise<Told>[] = [];
  for await (const _ of ticks(TICK_MS)) {
    const ms = Math.min(performance.now() - startedAt, seconds * SECOND_MS);
    const due = Math.floor((ms / SECOND_MS) * rate);
    while (sent.length < due) sent.push(trigger(caller, sent.length));
    if (ms >= seconds * SECOND_MS) break;
  }
  return sent;
}
