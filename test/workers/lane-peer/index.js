/**
 * The other end of the protocol between jobs and lanes: an object that writes down what a lane asks it,
 * and answers what it was told to; on disk, so that it outlives whatever happens to its memory. A lane
 * finds it where it would find a job.
 */
import { DurableObject } from "cloudflare:workers";

/** What a question is answered with; `"throw"` and `"hang"` are what the world does instead. */
const FIRST_ANSWERS = { grant: true, use: { kind: "held" } };

export class LanePeer extends DurableObject {
  /** What to answer from now on. */
  answerWith(answers) {
    this.ctx.storage.kv.put("answers", { ...this.#answers(), ...answers });
  }

  /** What was asked since the last time, in order: the method, the step and the attempt. */
  takeAsked() {
    const asked = this.#asked();
    if (asked.length > 0) this.ctx.storage.kv.put("asked", []);
    return asked;
  }

  async grant(step, attempt) {
    this.#note(`grant ${step} ${attempt}`);
    return answered(this.#answers().grant);
  }

  async slotUse(step, attempt) {
    this.#note(`slotUse ${step} ${attempt}`);
    return answered(this.#answers().use);
  }

  #note(question) {
    this.ctx.storage.kv.put("asked", [...this.#asked(), question]);
  }

  #asked() {
    return this.ctx.storage.kv.get("asked") ?? [];
  }

  #answers() {
    return this.ctx.storage.kv.get("answers") ?? FIRST_ANSWERS;
  }
}

async function answered(answer) {
  if (answer === "throw") throw new Error("Broken on purpose");
  // Longer than any test looks: a promise that nobody could ever settle would be ended by the platform.
  if (answer === "hang") await scheduler.wait(25_000);
  return answer;
}
