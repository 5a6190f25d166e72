import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { proxyDurable } from "itty-durable/proxy-durable.js";
import { vi } from "vitest";
import type { Breaker } from "../../src/core/breaker/breaker.ts";
import { type Job, type JobId, jobId } from "../../src/core/job/job.ts";
import type { StepState } from "../../src/core/job/step.ts";
import type { BreakerPolicy } from "../../src/core/plugin/plugin-settings.ts";
import { BreakerObject } from "../../src/edge/breaker/breaker-object.ts";
import type { CommandName } from "../../src/edge/breaker/breakers.ts";
import { epochMs } from "../../src/lang/time.ts";
import { aPolicy } from "../support/a-breaker.ts";
import { aJob, aPlan, aState } from "../support/a-job.ts";

let count = 0;

/** A command that nobody in this isolate has heard of. */
export function newCommand(): CommandName {
  count += 1;
  return { plugin: "lab", command: `command-${count}` };
}

let jobs = 0;

export function newJobId(): JobId {
  jobs += 1;
  return jobId(`job-${jobs}`);
}

/** A job of a command as it ended just now. */
export function ended(
  { plugin, command }: CommandName,
  state: StepState = aState.dead(),
  over: Partial<Job> & { readonly policy?: BreakerPolicy; readonly isProbe?: boolean } = {},
): Job {
  const { policy = aPolicy, isProbe = false, ...rest } = over;
  const now = epochMs(Date.now());
  return aJob("finishedAt" in state ? { ...state, finishedAt: now } : state, {
    id: newJobId(),
    createdAt: now,
    plan: aPlan({ plugin, command }),
    breaker: { policy, isProbe },
    ...rest,
  });
}

export function breakerStub({ plugin, command }: CommandName): DurableObjectStub {
  return env.BREAKERS.get(env.BREAKERS.idFromName(`${plugin}/${command}`));
}

/** The object itself, past what an isolate knows of it: as another isolate would call it. */
export function objectOf({ plugin, command }: CommandName): BreakerMethods {
  return proxyDurable(env.BREAKERS, { parse: true }).get(`${plugin}/${command}`);
}

type BreakerMethods = Pick<BreakerObject, "look" | "admit" | "hear" | "close">;

/** What is on disk; `undefined` = nothing. */
export async function storedBreaker(command: CommandName): Promise<Breaker | undefined> {
  const data = await runInDurableObject(breakerStub(command), (_object, { storage }) =>
    storage.get<{ readonly breaker: Breaker }>("data"),
  );
  return data?.breaker;
}

/** Rows as SQLite counts them, since the object came to life. */
export async function rowsWritten(command: CommandName): Promise<number> {
  return runInDurableObject(
    breakerStub(command),
    (_object, { storage }) =>
      storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n,
  );
}

/** The real breakers, and how often each of their methods was called through here. */
export function counted() {
  const calls: string[] = [];
  const { BREAKERS } = env;
  const namespace = {
    idFromName: (name: string) => BREAKERS.idFromName(name),
    get: (id: DurableObjectId) => ({
      fetch: (request: Request) => {
        calls.push(new URL(request.url).pathname.split("/").at(-1) ?? "");
        return BREAKERS.get(id).fetch(request);
      },
    }),
  } as unknown as DurableObjectNamespace;
  return { calls, env: { ...env, BREAKERS: namespace } };
}

/** Every request that any breaker of this isolate gets, whoever makes it. */
export function watchBreakers() {
  return vi.spyOn(BreakerObject.prototype, "fetch");
}

/** Breakers that nobody can reach. */
export const AWAY = {
  idFromName: (name: string) => env.BREAKERS.idFromName(name),
  get: () => ({
    fetch: async () => {
      throw new Error("Away on purpose");
    },
  }),
} as unknown as DurableObjectNamespace;
