import type { Caller, Told } from "./caller.ts";

/** What is asked for, in turn: every way to be dispatched, and to be answered. */
const WORK = [
  { path: "lab/echo", body: { payload: { text: "hello" }, wait: true } },
  { path: "lab/echo", body: { payload: { text: "hello" }, wait: false } },
  { path: "lab/work", body: { payload: { ms: 20 }, wait: false } },
  { path: "lab/echo", body: { payload: { text: "hello" }, wait: true } },
  { path: "lab/poke", body: { payload: { text: "hello" } } },
] as const;

/** The trigger of that number. */
export function trigger(caller: Caller, number: number): Promise<Told> {
  const { path, body } = WORK[number % WORK.length] ?? WORK[0];
  return caller.ask({ method: "POST", path: `/trigger/${path}`, body });
}
