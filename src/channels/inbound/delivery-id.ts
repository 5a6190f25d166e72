import type { HookSettings } from "../../core/channel/channel-settings.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { HookHeaders } from "./verify.ts";

/**
 * What a sender calls this delivery, the same when it sends it again; `null` = it has no name, and
 * whatever comes is new. Never the hash of a body: a sender may mean the same thing twice.
 */
export function deliveryIdOf(
  { profile, idHeader }: Pick<HookSettings, "profile" | "idHeader">,
  headers: HookHeaders,
  body: JsonObject,
): string | null {
  const id = given({ profile, idHeader }, headers, body);
  return typeof id === "string" && id !== "" ? id : null;
}

function given(
  { profile, idHeader }: Pick<HookSettings, "profile" | "idHeader">,
  headers: HookHeaders,
  body: JsonObject,
): unknown {
  switch (profile) {
    case "github":
      return headers.get("x-github-delivery");
    case "stripe":
      return Object.hasOwn(body, "id") ? body["id"] : null;
    case "standard":
      return headers.get("webhook-id");
    case "generic":
      return idHeader === null ? null : headers.get(idHeader);
  }
}
