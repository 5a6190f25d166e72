/**
 * Everything bad that may happen, by the occasion on which it is drawn. The number is how many of the
 * hundred values of a choice stand for it; the remaining ones, and 0 always, mean that nothing bad happens.
 */
export const FAULTS = {
  /** A call from one part of the gateway to an object. */
  call: {
    "call lost": 4,
    "answer lost": 4,
    "call doubled": 4,
    "call comes again late": 4,
    "object reset under a call": 3,
    "call fails for good": 2,
    "call slow": 6,
    "answer slow": 6,
  },
  /** One turn of a job's object that decided something. */
  turn: {
    "write fails": 3,
    "crash between commit and effect": 6,
    "crash between effects and answer": 3,
  },
  /** A request of somebody outside to the gateway. */
  request: { "request lost": 4, "response lost": 6, "request doubled": 4 },
  /** A message handed to a queue. */
  send: {
    "send fails": 4,
    "message lost": 8,
    "message doubled": 8,
    "message late": 8,
  },
  /** A message that its consumer has taken. */
  settle: { "acknowledgement lost": 6 },
  /** A consumer of the queue between two of its steps. */
  consumer: { "consumer dies": 5 },
  /** Whoever listens for the end of a job. */
  listen: { "end not heard": 60 },
  /** An alarm that is due. */
  alarm: { "alarm late": 10, "alarm twice": 8 },
  /** A call of a plugin. */
  plugin: {
    "plugin fails": 10,
    "plugin fails for good": 3,
    "plugin asks for a rest": 4,
    "plugin throws": 4,
    "plugin hangs": 4,
    "plugin outlives its lease": 5,
    "plugin answers in the grace": 4,
    "plugin answers too late": 4,
  },
  /** Somebody outside who has taken on the work of an attempt. */
  outside: {
    "completed twice": 12,
    "completed with a failure": 10,
    "completed too late": 10,
    "never completed": 10,
  },
  /** Somebody who is asked. */
  person: {
    "answered twice": 15,
    "answered in two ways": 15,
    declined: 15,
    "cancelled by whoever was asked": 8,
    "never answered": 15,
  },
  /** A callback on its way to its receiver. */
  post: {
    "receiver unreachable": 8,
    "receiver answers 500": 10,
    "receiver answers 429": 6,
    "receiver answers 410": 4,
    "receiver hangs": 6,
    "receiver's answer lost": 8,
  },
  /** A moment of the whole place. */
  place: {
    "server crash, messages lost": 12,
    "server crash, messages kept": 8,
    "job object reset": 15,
    "lane reset": 5,
    "alarm early": 15,
  },
} as const;

export type Occasion = keyof typeof FAULTS;
export type FaultOf<On extends Occasion> = Extract<keyof (typeof FAULTS)[On], string>;
export type FaultKind = { [On in Occasion]: FaultOf<On> }[Occasion];

export const FAULT_KINDS = Object.values(FAULTS).flatMap((kinds) =>
  Object.keys(kinds),
) as readonly FaultKind[];
