import type { LocalHttp } from "../demo/local-http.ts";
import type { Breach } from "./breaches.ts";
import { type Received, type Reply, serve } from "./http.ts";
import type { Screen } from "./screen.ts";
import { SLACK_DEFAULTS, type SlackOptions } from "./slack/options.ts";
import { pathOf, responseUrlReply } from "./slack/response-url.ts";
import { Uploads } from "./slack/uploads.ts";
import { WebApi } from "./slack/web-api.ts";
import { type ResponseUrl, SlackWorld } from "./slack/world.ts";

export type SlackHttp = LocalHttp & {
  /** What `SLACK_API_BASE` has to be. */
  readonly apiBase: string;
};

/**
 * Slack's side, for one application in one workspace: response URLs, the Web API, uploads. It keeps what
 * everybody in its channels sees, with times.
 */
export class SlackApi {
  readonly world: SlackWorld;
  readonly #uploads: Uploads;
  readonly #webApi: WebApi;
  #origin = "http://127.0.0.1";

  constructor(options: Partial<SlackOptions> = {}) {
    this.world = new SlackWorld({ ...SLACK_DEFAULTS, ...options });
    this.#uploads = new Uploads(this.world, () => this.#origin);
    this.#webApi = new WebApi(this.world, this.#uploads);
  }

  get breaches(): readonly Breach[] {
    return this.world.breaches.all;
  }

  /** What is seen in a channel. */
  screen(channelId: string): Screen {
    const screen = this.world.screen(channelId);
    if (screen === undefined) throw new Error(`There is no channel ${channelId}`);
    return screen;
  }

  /** Where to answer what somebody did. */
  urlOf(url: ResponseUrl): string {
    return `${this.#origin}${pathOf(url)}`;
  }

  /** Puts it on a port; 0 = any free one. */
  async start(port: number = 0): Promise<SlackHttp> {
    const { drawFault } = this.world.options;
    const server = await serve((received) => this.answer(received), drawFault, port);
    this.#origin = server.url;
    return { ...server, apiBase: `${server.url}/api` };
  }

  /** What Slack says to a request, without any fault on the way. */
  async answer(received: Received): Promise<Reply> {
    return (
      responseUrlReply(this.world, received) ??
      this.#webApi.reply(received) ??
      (await this.#uploads.take(received)) ?? {
        status: 404,
        body: { ok: false, error: "not_found" },
      }
    );
  }
}
