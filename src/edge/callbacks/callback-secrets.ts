import { type CallbackSettings, OWN_SECRET } from "../../core/plugin/settings.ts";
import type { NonEmpty } from "../../lang/non-empty.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { PREVIOUS, variableIn } from "../variable.ts";
import { type WebhookKey, webhookKey } from "../webhook-signature.ts";

/** What deliveries are signed with. */
export type CallbackKeys = {
  /** The secret of today, and during a rotation the one before. */
  readonly keys: NonEmpty<WebhookKey>;
  /** The secret of today as its variable has it, for receivers of the old kind. */
  readonly text: string;
};

/**
 * The secret by that name, or why there is none, for whoever runs the gateway: never a part of it.
 *
 * @param name `null` = the gateway's own.
 */
export function callbackKeys(
  env: object,
  { secrets }: Pick<CallbackSettings, "secrets">,
  name: string | null,
): Result<CallbackKeys, string> {
  const variable = name === null ? OWN_SECRET.variable : secretIn(secrets, name);
  if (variable === undefined) return refuse(`callbacks.secrets has no '${name}' any more`);
  const text = variableIn(env, variable);
  if (text === undefined) return refuse(`The variable ${variable} is not set`);
  const key = webhookKey(text);
  if (!key.ok) return refuse(`The variable ${variable} is no secret: ${key.reason}`);

  const previousText = variableIn(env, `${variable}${PREVIOUS}`);
  if (previousText === undefined) return ok({ keys: [key.value], text });
  const previous = webhookKey(previousText);
  if (!previous.ok) {
    return refuse(`The variable ${variable}${PREVIOUS} is no secret: ${previous.reason}`);
  }
  return ok({ keys: [key.value, previous.value], text });
}

function secretIn(secrets: CallbackSettings["secrets"], name: string): string | undefined {
  return Object.hasOwn(secrets, name) ? secrets[name] : undefined;
}
