import type { LocalHttp } from "../demo/local-http.ts";
import type { Breach } from "./breaches.ts";
import { BotRoutes } from "./discord/bot-routes.ts";
import { CommandRoutes } from "./discord/command-routes.ts";
import { REFUSALS, refusalReply } from "./discord/errors.ts";
import { DISCORD_DEFAULTS, type DiscordOptions } from "./discord/options.ts";
import { webhookReply } from "./discord/webhook-routes.ts";
import { DiscordWorld } from "./discord/world.ts";
import { type Received, type Reply, serve } from "./http.ts";
import type { Screen } from "./screen.ts";

/** Where the simulated API is on its port, as Discord's is: `DISCORD_API_BASE` ends with it. */
const BASE = "/api/v10";

/**
 * Discord's REST side, for one application: it takes what Discord would take, refuses what Discord would
 * refuse, and keeps what everybody in its channels sees, with times.
 */
export class DiscordApi {
  readonly world: DiscordWorld;
  readonly #bot: BotRoutes;
  readonly #commands: CommandRoutes;

  constructor(options: Partial<DiscordOptions> = {}) {
    this.world = new DiscordWorld({ ...DISCORD_DEFAULTS, ...options });
    this.#bot = new BotRoutes(this.world);
    this.#commands = new CommandRoutes(this.world);
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

  /** What was registered for a guild; left out, everywhere. */
  commands(guildId?: string): readonly object[] {
    return this.#commands.commands(guildId);
  }

  /** Puts it on a port, 0 = any free one. The URL is what `DISCORD_API_BASE` has to be. */
  async start(port: number = 0): Promise<LocalHttp> {
    const { drawFault } = this.world.options;
    const server = await serve((received) => this.answer(received), drawFault, port);
    return { ...server, url: `${server.url}${BASE}` };
  }

  /** What Discord says to a request, without any fault on the way. */
  async answer(received: Received): Promise<Reply> {
    if (!received.path.startsWith(`${BASE}/`)) return refusalReply(REFUSALS.notFound);
    const inside = { ...received, path: received.path.slice(BASE.length) };
    const ofToken = await webhookReply(this.world, inside);
    if (ofToken !== null) return ofToken;
    if (received.headers["authorization"] !== `Bot ${this.world.options.botToken}`) {
      this.world.breaches.add("no_bot_token", "bot", `${received.method} ${inside.path}`);
      return refusalReply(REFUSALS.unauthorized);
    }
    const reply = (await this.#bot.reply(inside)) ?? this.#commands.reply(inside);
    return reply ?? refusalReply(REFUSALS.notFound);
  }
}
