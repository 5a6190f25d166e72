import { expect, test } from "vitest";
import { deliveryIdOf } from "../../../src/channels/inbound/delivery-id.ts";
import type { HookSettings } from "../../../src/core/channel/channel-settings.ts";
import type { JsonObject } from "../../../src/lang/json.ts";

type Given = {
  readonly profile: HookSettings["profile"];
  readonly idHeader?: string;
  readonly headers?: Record<string, string>;
  readonly body?: JsonObject;
};

function idOf({ profile, idHeader = "", headers = {}, body = {} }: Given): string | null {
  const setting = idHeader === "" ? null : idHeader;
  return deliveryIdOf({ profile, idHeader: setting }, new Headers(headers), body);
}

test.each<Given & { readonly id: string }>([
  { profile: "github", headers: { "X-GitHub-Delivery": "guid" }, id: "guid" },
  { profile: "stripe", body: { id: "evt_1" }, id: "evt_1" },
  { profile: "standard", headers: { "webhook-id": "msg_1" }, id: "msg_1" },
  { profile: "generic", idHeader: "x-id", headers: { "X-Id": "7" }, id: "7" },
])("a delivery by $profile has the name that it gives it", ({ id, ...given }) => {
  expect(idOf(given)).toBe(id);
});

test.each<Given>([
  { profile: "github", headers: { "webhook-id": "msg_1" } },
  { profile: "github", headers: { "x-github-delivery": "" } },
  { profile: "stripe" },
  { profile: "stripe", body: { id: 5 } },
  { profile: "stripe", body: { id: "" } },
  { profile: "standard" },
  { profile: "generic", headers: { "x-id": "7" }, body: { id: "evt_1" } },
  { profile: "generic", idHeader: "x-id", headers: { "x-other": "7" } },
])("a delivery without one has none: %j", (given) => {
  expect(idOf(given)).toBeNull();
});
