import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalHttp, startLocalHttp } from "../demo/local-http.ts";
import type { Random } from "../seed/random.ts";
import type { History } from "./history.ts";

/** So many of its attempts may run at once. */
export const WITNESS_SLOTS = 5;

const COMMAND = { type: "write", timing: "short", timeout_ms: 20_000 };

const MANIFEST = {
  spec: "holdline.plugin",
  protocol: 1,
  name: "witness",
  version: "1.0.0",
  concurrency: WITNESS_SLOTS,
  commands: {
    call: { ...COMMAND, dispatch: "direct" },
    work: { ...COMMAND, dispatch: "queue" },
  },
};

/** What goes wrong with an attempt now and then: it fails, or its answer never comes. */
const FAULTS = { failed: 0.06, cut: 0.04 };

type Call = {
  readonly job_id: string;
  readonly attempt: number;
  readonly attempt_token: string;
  readonly payload: { readonly ms: number };
};

/**
 * The laboratory's own plugin, over HTTP and in the process that checks: what it was called for is not
 * forgotten when the gateway is killed.
 */
export class Witness {
  readonly #history: History;
  readonly #random: Random;
  readonly #isCalm: () => boolean;

  constructor(history: History, random: Random, isCalm: () => boolean) {
    this.#history = history;
    this.#random = random;
    this.#isCalm = isCalm;
  }

  start(): Promise<LocalHttp> {
    return startLocalHttp((request, response) => {
      this.#answer(request, response).catch(() => {
        // The gateway died under its request.
        response.destroy();
      });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/manifest") {
      response.end(JSON.stringify(MANIFEST));
      return;
    }
    const call = (await json(request)) as Call;
    const about = { jobId: call.job_id, attempt: call.attempt, token: call.attempt_token };
    this.#history.note({ k: "executes", ...about });
    let isGone = false;
    response.once("close", () => {
      if (response.writableFinished) return;
      isGone = true;
      this.#history.note({ k: "executed", ...about, how: "gone" });
    });
    const drawn = this.#random.next();
    await sleep(call.payload.ms);
    if (isGone) return;
    if (!this.#isCalm() && drawn < FAULTS.cut) {
      response.destroy();
      return;
    }
    const isFault = !this.#isCalm() && drawn < FAULTS.cut + FAULTS.failed;
    this.#history.note({ k: "executed", ...about, how: isFault ? "fault" : "ok" });
    response.writeHead(isFault ? 500 : 200).end(JSON.stringify(isFault ? {} : doneBy(call)));
  }
}

function doneBy({ attempt, attempt_token: token }: Call): object {
  return { protocol: 1, status: "ok", text: "done", output: { attempt, token } };
}
