import type { Callback } from "../../src/core/callback/endpoint.ts";
import type { DiscordSeat, SlackSeat } from "../../src/core/channel/seat.ts";
import { SEAT_EVENTS, SEAT_RETRY } from "../../src/core/channel/seat-callback.ts";
import { isSeat, type SeatEndpoint } from "../../src/core/channel/talk.ts";
import type { Job } from "../../src/core/job/job.ts";
import { minutes } from "../../src/lang/time.ts";
import { aCallback, endpointOf } from "./a-callback.ts";
import { at, T0 } from "./a-job.ts";

/** Somebody who typed a command in a guild a moment ago. */
export function aDiscordSeat(over: Partial<DiscordSeat> = {}): DiscordSeat {
  return {
    kind: "discord",
    applicationId: "1090000000000000001",
    token: "a/secret+token",
    tokenAt: T0,
    tokenLifeMs: minutes(15),
    ackUntil: at(2000),
    channelId: "1090000000000000011",
    userId: "1090000000000000003",
    isEphemeral: false,
    longText: "messages",
    mentions: "none",
    answers: "invoker",
    fileBytesMax: 10_485_760,
    followUpsMax: null,
    ...over,
  };
}

/** The same in Slack. */
export function aSlackSeat(over: Partial<SlackSeat> = {}): SlackSeat {
  return {
    kind: "slack",
    responseUrl: "https://hooks.slack.com/commands/T0001/1234/5678",
    urlAt: T0,
    urlLifeMs: minutes(30),
    ackUntil: at(2000),
    isAcknowledged: true,
    channelId: "C2147483705",
    threadTs: null,
    userId: "U2147483697",
    response: "ephemeral",
    answers: "invoker",
    ...over,
  };
}

/** A seat as an endpoint of a submission. */
export function seatCallback(seat: Callback["seat"] = aDiscordSeat()): Callback {
  const kind = seat?.kind ?? "discord";
  return aCallback({ url: kind, profile: kind, events: SEAT_EVENTS, retry: SEAT_RETRY, seat });
}

/** The seat among a job's endpoints. */
export function seatOf(job: Job, number = 1): SeatEndpoint {
  const endpoint = endpointOf(job, number);
  if (!isSeat(endpoint)) throw new Error(`Endpoint ${number} is no seat`);
  return endpoint;
}
