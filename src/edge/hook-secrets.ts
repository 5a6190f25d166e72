import type { HookSettings } from "../core/channel/channel-settings.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { PREVIOUS, variableIn } from "./variable.ts";
import { webhookKey } from "./webhook-signature.ts";

/**
 * What a hook's senders sign with: the secret of today, and during a change the one before. Or why there
 * is none, for whoever runs the gateway: never a part of it.
 */
export function hookSecrets(
  env: object,
  { profile, secret }: Pick<HookSettings, "profile" | "secret">,
): Result<readonly string[], string> {
  const today = variableIn(env, secret);
  if (today === undefined) return refuse(`The variable ${secret} is not set`);
  const previous = variableIn(env, `${secret}${PREVIOUS}`);
  const given = [
    { name: secret, text: today },
    ...(previous === undefined ? [] : [{ name: `${secret}${PREVIOUS}`, text: previous }]),
  ];
  for (const { name, text } of profile === "standard" ? given : []) {
    const key = webhookKey(text);
    if (!key.ok) return refuse(`The variable ${name} is no secret: ${key.reason}`);
  }
  return ok(given.map(({ text }) => text));
}
