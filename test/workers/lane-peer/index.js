/**
 * The other end of the protocol between jobs and lanes: an object that writes down what a lane asks it,
 * and answers what it was told to. A lane finds it where it would find a job.
 */
import { DurableObject } from "cloudflare:workers";

export class LanePeer extends DurableObject {
  /** What a question is answered with; `"throw"` and `"hang"` are what the world does instead. */
  #answers = { grant: true, use: { kind: "held" } };
  #asked = [];

  /** What to answer from now on. */
  answerWith(answers) {
    this.#answers = { ...this.#answers, ...answers };
  }

  /** What was asked since the last time, in order: the method, the step and the attempt. */
  takeAsked() {
    return this.#asked.splice(0);
  }

  async grant(step, attempt) {
    this.#asked.push(`grant ${step} ${attempt}`);
    return answered(this.#answers.grant);
  }

  async slotUse(step, attempt) {
    this.#asked.push(`slotUse ${step} ${attempt}`);
    return answered(this.#answers.use);
  }
}

async function answered(answer) {
  if (answer === "throw") throw new Error("Broken on purpose");
  // Longer than any test looks: a promise that nobody could ever settle would be ended by the platform.
  if (answer === "hang") await scheduler.wait(25_000);
  return answer;
}
