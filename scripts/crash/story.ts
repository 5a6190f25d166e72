import { setTimeout as sleep } from "node:timers/promises";
import { UnansweredFault } from "./client.ts";
import { askHeld } from "./held.ts";
import type { SteeredJob } from "./kinds/kind.ts";
import type { Lab } from "./lab.ts";
import type { Planned } from "./plan.ts";
import { Sender, type Taken } from "./sending.ts";
import { Caller } from "./ways/caller.ts";
import { WAYS, type WayName } from "./ways/registry.ts";

const OTHERS_MAX = 2;

/** How long those wait who send the same once more: the server is likely to have died by then. */
const AGAIN_AFTER_MS = 9000;

/** Pieces of work, each from its trigger until everybody who asked has been told. */
export class Stories {
  readonly #lab: Lab;
  #callers = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async tell(planned: Planned): Promise<void> {
    const { history } = this.#lab;
    const { name, kind, work } = planned;
    await this.#passed(planned);
    history.note({ k: "trigger", name, kind });
    const senders = Array.from({ length: Math.max(1, work.copies) }, (_, index) =>
      this.#send(planned, index === 0 && planned.opening === "stream"),
    );
    const sent = await Promise.all(senders);
    const taken = sent.filter((one) => one !== null);
    const jobId = taken[0]?.jobId;
    if (jobId === undefined) {
      history.note({ k: "unknown", name, kind });
      return;
    }
    await Promise.all([
      ...taken.map(({ heard }) => heard),
      ...planned.callers.map(async ({ way, afterMs }) => {
        await sleep(afterMs);
        await this.#hear(name, jobId, way);
      }),
      this.#steer(planned, jobId),
      planned.isAgain && work.copies > 0 ? this.#sendAgain(planned) : null,
    ]);
  }

  /** Nobody begins anything while the server is down, and not everybody at once when it is back. */
  async #passed({ afterUpMs }: Planned): Promise<void> {
    const { gate } = this.#lab;
    while (!gate.isOpen) {
      await gate.passed();
      await sleep(afterUpMs);
    }
  }

  #send(planned: Planned, isStream: boolean): Promise<Taken | null> {
    const n = this.#number();
    const callerOf = (jobId: string, way: WayName) =>
      this.#caller({ n, way, name: planned.name, jobId });
    return new Sender(this.#lab, planned, { n, callerOf }).send(isStream);
  }

  /** The same once more is still the same job. */
  async #sendAgain(planned: Planned): Promise<void> {
    await sleep(AGAIN_AFTER_MS);
    const sent = await this.#send(planned, false);
    await sent?.heard;
  }

  /** A caller who asks until they are told. */
  async #hear(name: string, jobId: string, way: WayName): Promise<void> {
    await WAYS[way].hear(this.#caller({ n: this.#number(), way, name, jobId }));
    this.#lab.open.delete(jobId);
  }

  #caller(who: { n: number; way: WayName; name: string; jobId: string }): Caller {
    const { client, history, open } = this.#lab;
    const others = () => [...open.keys()].slice(-OTHERS_MAX);
    return new Caller({ client, history, others }, who);
  }

  #number(): number {
    this.#callers += 1;
    return this.#callers;
  }

  async #steer(planned: Planned, jobId: string): Promise<void> {
    try {
      await planned.work.steer?.(this.#steered(planned, jobId));
    } catch (cause) {
      // It is in the history, and whoever waits for the job is not told.
      if (!(cause instanceof UnansweredFault)) throw cause;
    }
  }

  #steered({ name, kind }: Planned, jobId: string): SteeredJob {
    const { client, history, open } = this.#lab;
    const others = new Set<string>();
    return {
      name,
      jobId,
      ask: (question) => {
        const n = this.#number();
        return client.until(question.path, {}, () => askHeld({ client, history }, n, question));
      },
      note: (what, { status, body }) => {
        const answer = String(body["job_status"] ?? body["status"]);
        history.note({ k: "act", what, jobId, status, answer });
      },
      also: async (otherName, id) => {
        history.note({ k: "triggered", name: otherName, kind, jobId: id });
        if (others.has(id)) return;
        others.add(id);
        open.set(id, otherName);
        await this.#hear(otherName, id, "result");
      },
    };
  }
}
