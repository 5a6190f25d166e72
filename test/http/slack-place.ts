import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as rest } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import type { Fault } from "../../scripts/simulators/faults.ts";
import type { Received, Reply } from "../../scripts/simulators/http.ts";
import {
  type Fields,
  fieldsOf,
  listOf,
  parsedJson,
  textOf,
} from "../../scripts/simulators/json.ts";
import type { SeenMessage } from "../../scripts/simulators/screen.ts";
import { SLACK_DEFAULTS, type SlackOptions } from "../../scripts/simulators/slack/options.ts";
import { refusal } from "../../scripts/simulators/slack/replies.ts";
import type { ResponseUrl } from "../../scripts/simulators/slack/world.ts";
import type { SlackHttp } from "../../scripts/simulators/slack-api.ts";
import { SlackApi } from "../../scripts/simulators/slack-api.ts";
import { SlackUser } from "../../scripts/simulators/slack-user.ts";
import { type Answer, useServer } from "./support.ts";

export const SECRET = SLACK_DEFAULTS.signingSecret;
export const BOT_TOKEN = SLACK_DEFAULTS.botToken;
/** Who does what nobody else is said to do. */
export const USER = "U2147483697";

const FORM = "application/x-www-form-urlencoded";
const LOOK_MS = 20;

/** Slack's three seconds are for `npm run test:channels`: here a busy machine is no fault. */
export const ANSWER_MS_MAX = 20_000;

export type Signing = {
  readonly contentType?: string;
  readonly secret?: string;
  /** How much the clock of whoever signs is ahead. */
  readonly aheadSeconds?: number;
  readonly headers?: Record<string, string>;
};

/** A request as Slack signs it, over the bytes of its body. */
export function signed(body: string | Uint8Array<ArrayBuffer>, signing: Signing = {}) {
  const { contentType = FORM, secret = SECRET, aheadSeconds = 0, headers = {} } = signing;
  const timestamp = String(Math.floor(Date.now() / 1000) + aheadSeconds);
  const hmac = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body);
  return {
    method: "POST",
    headers: {
      "content-type": contentType,
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${hmac.digest("hex")}`,
      ...headers,
    },
    body,
  };
}

/** A command as it comes, with a `trigger_id` of its own. */
export function commandForm(fields: { readonly [name: string]: string }): string {
  return new URLSearchParams({
    token: "XXYYZZ",
    team_id: "T0001",
    channel_id: "C2147483705",
    user_id: USER,
    user_name: "steve",
    text: "",
    response_url: "https://hooks.slack.com/commands/T0001/1234/5678",
    trigger_id: randomUUID(),
    ...fields,
  }).toString();
}

export function interactionForm(payload: Fields): string {
  const user = { id: USER, username: "steve", team_id: "T0001" };
  const whole = { team: { id: "T0001" }, user, trigger_id: randomUUID(), ...payload };
  return new URLSearchParams({ payload: JSON.stringify(whole) }).toString();
}

/** An event as the Events API sends it; `event_id` is what makes it the same one. */
export function eventJson(event: Fields, eventId: string = randomUUID()): string {
  return JSON.stringify({
    token: "XXYYZZ",
    team_id: "T0001",
    api_app_id: "A123456",
    event,
    type: "event_callback",
    event_id: eventId,
    event_time: 1_763_665_200,
    authorizations: [{ team_id: "T0001", user_id: "U0BOT", is_bot: true }],
  });
}

/** What somebody does in a message: the button or the list of it, and what stands in its fields. */
export type Doing = {
  readonly action: Fields;
  readonly values?: Fields;
  readonly userId?: string;
};

type Where = { readonly channelId: string; readonly messageId: string; readonly url: string };

/** A press as it comes, with the way to answer that it opens. */
export function pressForm(
  { action, values = {}, userId = USER }: Doing,
  { channelId, messageId, url }: Where,
): string {
  return interactionForm({
    type: "block_actions",
    user: { id: userId, username: "steve", team_id: "T0001" },
    channel: { id: channelId },
    container: { type: "message", message_ts: messageId, channel_id: channelId },
    actions: [action],
    state: { values },
    response_url: url,
  });
}

type PlaceOptions = {
  readonly config: string;
  readonly hasBot?: boolean;
  readonly slack?: Partial<SlackOptions>;
  readonly variables?: { readonly [name: string]: string };
};

/** A call that Slack has taken in. */
type SlackCall = { readonly path: string; readonly body: Fields };

/** Slack, with methods that a test lets it refuse. It remembers what it was told. */
class WatchedSlack extends SlackApi {
  readonly refused = new Map<string, string>();
  readonly calls: SlackCall[] = [];

  override async answer(received: Received): Promise<Reply> {
    const body = fieldsOf(parsedJson(new TextDecoder().decode(received.bytes)));
    this.calls.push({ path: received.path, body });
    const [, area = "", method = ""] = received.path.split("/");
    const error = this.refused.get(area === "api" ? method : area);
    if (error === undefined) return super.answer(received);
    return area === "api" ? refusal(error) : { status: 404, body: error };
  }
}

/** A gateway that is set up for Slack, and the Slack that it talks to. */
export function useSlackPlace({ config, hasBot = true, slack = {}, variables = {} }: PlaceOptions) {
  const faults: Fault[] = [];
  const clock = { aheadMs: 0 };
  const api = new WatchedSlack({
    now: () => Date.now() + clock.aheadMs,
    drawFault: () => faults.shift() ?? "none",
    rateLimit: { requests: 50, windowMs: 1000 },
    answerMsMax: ANSWER_MS_MAX,
    ...slack,
  });
  const given: Record<string, string> = {
    HOLDLINE_ANONYMOUS: "admin",
    HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
    SLACK_SIGNING_SECRET: SECRET,
    ...(hasBot ? { SLACK_BOT_TOKEN: BOT_TOKEN } : {}),
    ...variables,
  };
  let http: SlackHttp | undefined;
  beforeAll(async () => {
    http = await api.start();
    given["SLACK_API_BASE"] = http.apiBase;
  });
  afterAll(() => http?.stop());
  const server = useServer(given, null, { config });

  const post = (path: string, body: string | Uint8Array<ArrayBuffer>, signing?: Signing) =>
    server.call(path, signed(body, signing));
  return {
    api,
    server,
    post,
    /** What goes wrong with the next calls that Slack gets, one after the other. */
    faults,
    /** Slack's clock, which a test may put ahead. */
    clock,
    user: (userId = USER) => new SlackUser(api, { gateway: server.url(), userId }),
    /** Slack says this to every call of a method, or to each `upload`, until it is told to stop. */
    refuses: (method: string, error: string) => {
      api.refused.set(method, error);
      return { stop: () => void api.refused.delete(method) };
    },
    /** How an event arrives. */
    event: (json: string, headers: Record<string, string> = {}) =>
      post("/slack/events", json, { contentType: "application/json", headers }),
    /** Somebody presses or chooses something. */
    does: (message: SeenMessage, doing: Doing): Promise<Answer> => {
      const channelId = api.world.message(message.id)?.channelId ?? "";
      const url = api.world.newUrl(channelId, doing.userId ?? USER, message.id);
      const form = pressForm(doing, { channelId, messageId: message.id, url: api.urlOf(url) });
      return post("/slack/interactivity", form);
    },
    messages: (channelId: string) => api.screen(channelId).messages,
    /** The first message in a channel of which it is true, once there is one. */
    seen: (channelId: string, isIt: (message: SeenMessage) => boolean): Promise<SeenMessage> =>
      until(() => api.screen(channelId).messages.find(isIt)),
    /** The ways to answer that somebody in a channel has opened. */
    urlsIn: (channelId: string): readonly ResponseUrl[] =>
      [...api.world.urls.values()].filter((url) => url.channelId === channelId),
    blocks: ({ id }: SeenMessage): readonly Fields[] =>
      listOf(api.world.message(id)?.body["blocks"]).map(fieldsOf),
  };
}

export type SlackPlace = ReturnType<typeof useSlackPlace>;

/** Looks until there is something to find. */
export async function until<Found>(
  look: () => Found | undefined | null | Promise<Found | undefined | null>,
): Promise<Found> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null) return found;
    await rest(LOOK_MS);
  }
}

const JOB_LINE = /Job `([0-9a-f]{64})`/;

/** The job that a message is about. */
export function jobIn({ text }: Pick<SeenMessage, "text">): string {
  const [, jobId] = JOB_LINE.exec(text) ?? [];
  if (jobId === undefined) throw new Error(`It names no job: ${text}`);
  return jobId;
}

/** Everything that the blocks of an answer say. */
export function wordsOf({ body }: Pick<Answer, "body">): string {
  const texts = listOf(body["blocks"])
    .map(fieldsOf)
    .flatMap((block) => [
      textOf(fieldsOf(block["text"])["text"]),
      ...listOf(block["elements"]).map((element) => textOf(fieldsOf(element)["text"])),
    ]);
  return texts.filter((text) => text !== "").join("\n");
}

/** What the ledger of a job says, once everything is told or given up. */
export async function deliveredTo({ server }: Pick<SlackPlace, "server">, jobId: string) {
  return until(async () => {
    const { body } = await server.get(`/jobs/${jobId}/deliveries`);
    const rows = listOf(body["deliveries"]).map(fieldsOf);
    const isOver = rows.length > 0 && rows.every(({ state }) => state !== "pending");
    return isOver ? rows : null;
  });
}
