import type { DedupeClaim, DedupeRecord } from "../../core/key/dedupe.ts";
import type { IdempotencyClaim, IdempotencyRecord } from "../../core/key/idempotency.ts";
import { type KeyName, keyNameText } from "../../core/key/key-name.ts";
import type { KeyRefusal } from "../../core/key/refusal.ts";
import type { Result } from "../../lang/result.ts";
import type { GatewayEnv } from "../env.ts";
import { callObject, OverloadedFault } from "../object-call.ts";
import { sha256Hex } from "../sha256.ts";
import type { KeyObject } from "./key-object.ts";

/** Whose keys they are. Callers cannot be told apart, so they share them all. */
const TENANT = "";

/** The methods of a key's object. This file is the only place that calls them. */
export type KeyMethods = Pick<
  KeyObject,
  "findIdempotency" | "claimIdempotency" | "findDedupe" | "claimDedupe"
>;

/** A `dedupe_key` of a command. */
export type DedupeName = {
  readonly plugin: string;
  readonly command: string;
  readonly key: string;
};

/** What an `Idempotency-Key` stands for; `null` = nothing. Claims nothing. */
export async function findIdempotencyKey(
  env: GatewayEnv,
  key: string,
  fingerprint: string,
): Promise<Result<IdempotencyRecord | null, KeyRefusal>> {
  return callKey(env, idempotencyName(key), (object) => object.findIdempotency(fingerprint));
}

/** Asks for an `Idempotency-Key`, and returns what it stands for from now on. */
export async function claimIdempotencyKey(
  env: GatewayEnv,
  key: string,
  claim: IdempotencyClaim,
): Promise<Result<IdempotencyRecord, KeyRefusal>> {
  return callKey(env, idempotencyName(key), (object) => object.claimIdempotency(claim));
}

/**
 * Asks for a `dedupe_key` of a command, and returns what it stands for from now on.
 *
 * @throws {OverloadedFault} also when it is the job that cannot be looked at.
 */
export async function claimDedupeKey(
  env: GatewayEnv,
  asked: DedupeName,
  claim: DedupeClaim,
): Promise<DedupeRecord> {
  return reachable(await callKey(env, dedupeName(asked), (object) => object.claimDedupe(claim)));
}

/**
 * What a `dedupe_key` of a command stands for; `null` = nothing. Claims nothing.
 *
 * @throws {OverloadedFault} as `claimDedupeKey`.
 */
export async function findDedupeKey(
  env: GatewayEnv,
  asked: DedupeName,
): Promise<DedupeRecord | null> {
  return reachable(await callKey(env, dedupeName(asked), (object) => object.findDedupe()));
}

function reachable<Answer>(answer: Answer | "overloaded"): Answer {
  if (answer === "overloaded") throw new OverloadedFault("The job that has the key is overloaded");
  return answer;
}

function dedupeName({ plugin, command, key }: DedupeName): KeyName {
  return { tenant: TENANT, scope: `dedupe:${plugin}/${command}`, key };
}

function idempotencyName(key: string): KeyName {
  return { tenant: TENANT, scope: "idempotency", key };
}

/** The name is hashed: the platform shows names in logs and dashboards, and a key may say who somebody is. */
async function callKey<Answer>(
  env: GatewayEnv,
  name: KeyName,
  method: (object: KeyMethods) => Promise<Answer>,
): Promise<Answer> {
  const id = env.KEYS.idFromName(await sha256Hex(keyNameText(name)));
  return callObject(() => env.KEYS.get(id) as unknown as KeyMethods, method);
}
