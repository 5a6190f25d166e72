import { type DrawFault, noFault } from "../faults.ts";
import type { Limit } from "../rate-limit.ts";
import type { Moment } from "../screen.ts";

export type SlackOptions = {
  readonly botToken: string;
  readonly signingSecret: string;
  readonly now: () => number;
  /** How long a `response_url` lives, and how often it can be used. */
  readonly urlLifeMs: number;
  readonly usesMax: number;
  /** How soon a command or a press must be answered, and a form be opened. */
  readonly answerMsMax: number;
  /** Per channel. */
  readonly rateLimit: Limit;
  readonly drawFault: DrawFault;
  readonly onMoment: (channelId: string, moment: Moment) => void;
};

/** As Slack is on a good day. */
export const SLACK_DEFAULTS: SlackOptions = {
  botToken: "xoxb-simulated",
  signingSecret: "8f742231b10e8888abcd99yyyzzz85a5",
  now: Date.now,
  urlLifeMs: 30 * 60_000,
  usesMax: 5,
  answerMsMax: 3000,
  rateLimit: { requests: 5, windowMs: 5000 },
  drawFault: noFault,
  onMoment: () => {},
};
