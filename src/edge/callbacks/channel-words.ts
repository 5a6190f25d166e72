import type {
  ChannelAnswer,
  ChannelCall,
  ChannelVerdict,
  Said,
} from "../../channels/channel-call.ts";
import { discordHeard } from "../../channels/discord/hear.ts";
import { discordInline, discordSaid } from "../../channels/discord/say.ts";
import { slackHeard } from "../../channels/slack/heard.ts";
import { slackInline } from "../../channels/slack/inline.ts";
import { slackSaid } from "../../channels/slack/say.ts";
import type { Saying, Telling } from "../../channels/telling.ts";
import type { Environment } from "../../config/environment.ts";
import type { Seat } from "../../core/channel/seat.ts";
import type { JsonObject } from "../../lang/json.ts";

/** What is to be done next to tell a seat something. */
export function saidIn({ seat, ...saying }: Saying<Seat>): Said {
  return seat.kind === "discord"
    ? discordSaid({ ...saying, seat })
    : slackSaid({ ...saying, seat });
}

/** What a channel's answer means. */
export function heardIn({
  saying: { seat, ...saying },
  call,
  answer,
}: {
  readonly saying: Saying<Seat>;
  readonly call: ChannelCall;
  readonly answer: ChannelAnswer;
}): ChannelVerdict {
  return seat.kind === "discord"
    ? discordHeard({ saying: { ...saying, seat }, call, answer })
    : slackHeard({ saying: { ...saying, seat }, call, answer });
}

/** What goes with an acknowledgement; `null` where it does not fit. */
export function inlineIn(telling: Telling, seat: Seat): JsonObject | null {
  return seat.kind === "discord" ? discordInline(telling, seat) : slackInline(telling, seat);
}

/** Where a channel's API is. */
export function apiOf({ kind }: Seat, { discord, slack }: Environment): Saying<Seat>["api"] {
  const { apiBase, botToken } = kind === "discord" ? discord : slack;
  return { base: apiBase, hasBot: botToken !== null };
}
