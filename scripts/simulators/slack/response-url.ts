import type { Received, Reply } from "../http.ts";
import { type Fields, isFields, parsedJson } from "../json.ts";
import { messageError } from "./message.ts";
import { limited } from "./rate.ts";
import type { ResponseUrl, SlackWorld } from "./world.ts";

const ROUTE = /^\/commands\/T0001\/([\w-]+)$/;

/** Where a way to answer is, on the port of the simulator. */
export function pathOf({ id }: ResponseUrl): string {
  return `/commands/T0001/${id}`;
}

/** What is told to a `response_url`; `null` = the path is another one. */
export function responseUrlReply(world: SlackWorld, received: Received): Reply | null {
  const [, id] = ROUTE.exec(received.path) ?? [];
  if (id === undefined) return null;
  const url = world.urls.get(id);
  if (url === undefined) return refused(404, "no_service");
  if (received.method !== "POST") return refused(405, "invalid_method");
  if (received.headers["authorization"] !== undefined) {
    world.breaches.add("bot_token_on_response_url", url.channelId, "It needs no token");
  }
  return limited(world, url.channelId) ?? used(world, url, received);
}

function used(world: SlackWorld, url: ResponseUrl, { bytes }: Received): Reply {
  const now = world.options.now();
  if (now - url.createdAt >= world.options.urlLifeMs) {
    if (url.closedAt === null) url.closedAt = now;
    else {
      const what = "Another call after the end of its life";
      const { channelId: place, closedAt: toldAt } = url;
      world.breaches.note({ rule: "called_after_expiry", place, what, toldAt });
    }
    return refused(404, "expired_url");
  }
  url.uses += 1;
  if (url.uses > world.options.usesMax) {
    world.breaches.add("used_too_often", url.channelId, `Use ${url.uses} of the response_url`);
    return refused(404, "used_url");
  }
  const body = parsedJson(new TextDecoder().decode(bytes));
  const error = isFields(body) ? bodyError(body) : "invalid_payload";
  if (error === null && isFields(body)) {
    said(world, url, body);
    return { status: 200, body: { ok: true } };
  }
  world.breaches.add("invalid_body", url.channelId, String(error));
  return refused(400, error ?? "invalid_payload");
}

function bodyError(body: Fields): string | null {
  return body["delete_original"] === true ? null : messageError(body);
}

function said(world: SlackWorld, url: ResponseUrl, body: Fields): void {
  const original = world.message(url.originalTs);
  if (body["delete_original"] === true) {
    if (original !== undefined) world.remove(original.ts);
    return;
  }
  if (body["replace_original"] === true && original !== undefined) {
    // Who sees a message is settled when it is written, whatever is said of it later.
    world.put({ ...original, body });
    return;
  }
  const message = world.put({
    ts: world.newTs(),
    channelId: url.channelId,
    by: "answer",
    body,
    isEphemeral: body["response_type"] !== "in_channel",
    files: [],
  });
  url.originalTs ??= message.ts;
}

function refused(status: number, error: string): Reply {
  return { status, body: { ok: false, error } };
}
