import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import { failureOf } from "../../src/core/plugin/outcome.ts";
import type { KeyMethods } from "../../src/edge/key/key-client.ts";
import type { KeyObject } from "../../src/edge/key/key-object.ts";
import { seconds } from "../../src/lang/time.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import { CLAIM, newObject, submit, type TestObject } from "./support.ts";

/** A key's object, new and empty. Every use takes a new stub. */
export function newKey(name: string = crypto.randomUUID()) {
  const id = env.KEYS.idFromName(name);
  const stub = () => env.KEYS.get(id) as unknown as DurableObjectStub<KeyObject>;
  const inside = <Answer>(look: (object: KeyObject, state: DurableObjectState) => Answer) =>
    runInDurableObject(stub(), look);
  return {
    get key() {
      return env.KEYS.get(id) as unknown as KeyMethods;
    },
    inside,
    evict: () => evictDurableObject(stub()),
    /** Takes the object down as a crash does. */
    crash: () =>
      inside((_object, state) => state.abort("crash")).catch(() => {
        // The call goes down with the object.
      }),
    runAlarm: () => runDurableObjectAlarm(stub()),
    alarmAt: () => inside((_object, { storage }) => storage.getAlarm()),
    isEmpty: () => inside((_object, { storage }) => [...storage.kv.list()].length === 0),
    /** As SQLite counts them since the object came to life. */
    rowsWritten: () =>
      inside(
        (_object, { storage }) =>
          storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n,
      ),
    /** Puts another namespace in the place of the jobs. */
    replaceJobs: (jobs: object) =>
      inside((object) => {
        const value = { ...env, JOBS: jobs };
        Object.defineProperty(object, "env", { value, configurable: true });
      }),
  };
}

/** What a new trigger asks of an `Idempotency-Key`. */
export function anIdempotencyClaim(fingerprint = "f") {
  const { id } = newObject();
  return { jobId: id, claimant: id, fingerprint };
}

/** What a new trigger asks of a dedupe key, and the object of its job. */
export function aDedupeClaim(ttlSeconds = 3600) {
  const object = newObject();
  return { object, claim: { jobId: object.id, ttlMs: seconds(ttlSeconds) } };
}

/** Makes a job and ends it. */
export async function ended(object: TestObject, end: "succeeded" | "failed"): Promise<void> {
  await submit(object);
  await object.job.claim(CLAIM);
  const failure = failureOf("plugin_error", "No", { retryable: false });
  await object.job.report(ONLY_STEP, CLAIM.token, anEnd(end === "succeeded" ? aSuccess : failure));
}

/** A trigger of the whole gateway, in workerd. */
export async function trigger(
  path: string,
  body: object,
  headers: { readonly [name: string]: string } = {},
) {
  const init = { method: "POST", body: JSON.stringify(body), headers };
  const response = await exports.default.fetch(`http://localhost/trigger/${path}`, init);
  return {
    status: response.status,
    isReplayed: response.headers.get("idempotent-replayed") === "true",
    body: await response.json<{ readonly job_id: string; readonly [name: string]: unknown }>(),
  };
}
