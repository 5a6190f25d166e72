import type { GatewayEnv } from "../../../src/edge/env.ts";
import { count } from "./counts.ts";

/** Names of bindings whose objects are counted. */
export type Namespace = "JOBS" | "LANES" | "KEYS" | "BREAKERS" | "ENDPOINTS";

/** What is billed at the higher rate (class A) and at the lower (class B). To delete is free. */
const BUCKET_CLASSES: { readonly [method: string]: "a" | "b" } = {
  put: "a",
  list: "a",
  createMultipartUpload: "a",
  get: "b",
  head: "b",
};

/** The bindings, counting every call of an object, every message that is sent, every use of the bucket. */
export function countedEnv(env: GatewayEnv): GatewayEnv {
  return {
    ...env,
    JOBS: countedNamespace("JOBS", env.JOBS),
    LANES: countedNamespace("LANES", env.LANES),
    KEYS: countedNamespace("KEYS", env.KEYS),
    BREAKERS: countedNamespace("BREAKERS", env.BREAKERS),
    ENDPOINTS: countedNamespace("ENDPOINTS", env.ENDPOINTS),
    RUNS: countedQueue("runs", env.RUNS),
    CALLBACKS: countedQueue("callbacks", env.CALLBACKS),
    ARTIFACTS: watched(env.ARTIFACTS, (method) => {
      const operation = BUCKET_CLASSES[method];
      if (operation !== undefined) count(`r2.${operation}`);
    }),
  };
}

/** A consumer's batch, counting what is read of the queue and what is deleted from it. */
export function countedBatch(batch: MessageBatch): MessageBatch {
  count(`${batch.queue}.batch`);
  count("queue.read", batch.messages.length);
  const messages = batch.messages.map((message) =>
    watched(message, (method) => {
      if (method === "ack") count("queue.delete");
    }),
  );
  return new Proxy(batch, {
    get: (target, name) => (name === "messages" ? messages : Reflect.get(target, name)),
  });
}

function countedQueue(name: string, queue: Queue): Queue {
  return watched(queue, (method) => {
    if (method !== "send") return;
    count(`${name}.send`);
    count("queue.write");
  });
}

function countedNamespace(
  name: Namespace,
  namespace: DurableObjectNamespace,
): DurableObjectNamespace {
  const countedStub = (stub: DurableObjectStub) =>
    watched(stub, (method) => count(`${name}.${method}`));
  return new Proxy(namespace, {
    get(target, property) {
      if (property === "get") return (id: DurableObjectId) => countedStub(target.get(id));
      if (property === "getByName") return (of: string) => countedStub(target.getByName(of));
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The same, saying which method is called before it is. */
function watched<Target extends object>(target: Target, onCall: (method: string) => void): Target {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name);
      if (typeof value !== "function") return value;
      return (...given: readonly unknown[]) => {
        onCall(String(name));
        return Reflect.apply(value, of, given);
      };
    },
  });
}
