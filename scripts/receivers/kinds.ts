import type { Random } from "../seed/random.ts";

/** What a receiver does with a request that it has read and logged. */
export type Reply =
  | { readonly status: number; readonly headers?: { readonly [name: string]: string } }
  /** Never says anything. */
  | "hang"
  /** 200, and then a byte now and then, for ever. */
  | "drip"
  /** 200, and megabytes. */
  | "huge"
  /** It is taken in, and the word that it is gets lost. */
  | "ack_lost"
  /** 204, after a while. */
  | "late";

/** What a reply may depend on. */
type Situation = {
  readonly random: Random;
  /** How often this delivery has come, this time included. */
  readonly times: number;
  /** Since the run began. */
  readonly ms: number;
  /** Whatever was wrong with the receiver is over. */
  readonly isWell: boolean;
};

type Receiver = {
  readonly reply: (situation: Situation) => Reply;
  /** How its deliveries may end. */
  readonly ends: readonly ("delivered" | "failed")[];
  /** Of those that fail: why they may. */
  readonly errors: readonly string[];
  /** When nobody is at the port, in ms since the run began. */
  readonly closed?: { readonly fromMs: number; readonly toMs: number };
  /** Cuts so many of the connections before it has read anything. */
  readonly resets?: number;
  /** Of the draws. */
  readonly share: number;
  /** Takes ten seconds or more each time: it is told of ends only. */
  readonly isSlow?: boolean;
  /** Each job has a URL of its own there. */
  readonly isOwn?: boolean;
};

const OK: Reply = { status: 204 };

/** Longer than the retries of one delivery last, shorter than the run. */
const OUTAGE = { fromMs: 4000, toMs: 10_000 };

const BOTH = ["delivered", "failed"] as const;

/** The receivers that there are in the world. */
export const RECEIVERS = {
  healthy: { reply: () => OK, ends: ["delivered"], errors: [], share: 6 },
  outage: {
    reply: ({ ms }) => (ms >= OUTAGE.fromMs && ms < OUTAGE.toMs ? { status: 503 } : OK),
    ends: BOTH,
    errors: ["http_status"],
    share: 2,
  },
  refused: { reply: () => OK, ends: BOTH, errors: ["unreachable"], closed: OUTAGE, share: 2 },
  down: {
    reply: () => OK,
    ends: ["failed"],
    errors: ["unreachable"],
    closed: { fromMs: 0, toMs: Number.POSITIVE_INFINITY },
    share: 2,
  },
  flaky: {
    reply: ({ random, isWell }) => (random.next() < 0.25 && !isWell ? { status: 500 } : OK),
    ends: BOTH,
    errors: ["http_status"],
    share: 4,
  },
  hang: {
    reply: () => "hang",
    ends: ["failed"],
    errors: ["timeout"],
    share: 0,
    isSlow: true,
  },
  drip: { reply: () => "drip", ends: ["delivered"], errors: [], share: 1, isSlow: true },
  redirect: {
    reply: () => ({ status: 302, headers: { location: "/elsewhere" } }),
    ends: ["failed"],
    errors: ["redirect"],
    share: 1,
  },
  gone: {
    reply: () => ({ status: 410 }),
    ends: ["failed"],
    errors: ["gone"],
    share: 1,
    isOwn: true,
  },
  gone_shared: {
    reply: ({ isWell }) => (isWell ? OK : { status: 410 }),
    ends: ["failed"],
    errors: ["gone", "switched_off"],
    share: 2,
  },
  busy: {
    reply: ({ times }) => (times === 1 ? { status: 429, headers: { "retry-after": "1" } } : OK),
    ends: ["delivered"],
    errors: [],
    share: 2,
  },
  reset: { reply: () => OK, ends: BOTH, errors: ["unreachable"], resets: 0.4, share: 2 },
  ack_lost: {
    reply: ({ times }) => (times === 1 ? "ack_lost" : OK),
    ends: ["delivered"],
    errors: [],
    share: 2,
  },
  huge: { reply: () => "huge", ends: ["delivered"], errors: [], share: 1 },
  late: { reply: () => "late", ends: ["delivered"], errors: [], share: 0 },
} as const satisfies { readonly [kind: string]: Receiver };

export type ReceiverKind = keyof typeof RECEIVERS;

export const RECEIVER_KINDS = Object.keys(RECEIVERS) as readonly ReceiverKind[];

/** What is known of a kind, in a form that does not depend on which one it is. */
export function receiverOf(kind: ReceiverKind): Receiver {
  return RECEIVERS[kind];
}
