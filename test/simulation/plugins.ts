import type { Ask, OnTimeout } from "../../src/core/ask/ask.ts";
import type { Job } from "../../src/core/job/job.ts";
import type { RunningStep } from "../../src/core/job/with-step.ts";
import { failureOf, type Outcome } from "../../src/core/plugin/outcome.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { minutes, seconds } from "../../src/lang/time.ts";
import { anAsk } from "../support/a-job.ts";
import type { FaultOf } from "./faults.ts";
import { complete } from "./outside.ts";
import { answerQuestion } from "./people.ts";
import type { Process } from "./process.ts";
import type { Server } from "./server.ts";
import type { SideCallBuffer } from "./side-call-buffer.ts";

/** What a plugin is handed. */
type Call = {
  readonly job: Job;
  readonly step: RunningStep;
  readonly state: JsonObject;
  readonly calls: SideCallBuffer;
};

/** The virtual plugins: all that they are called with is noted before they do anything. */
export class Plugins {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** One call. It may end late, or never. */
  *call(call: Call): Process<Outcome> {
    const { world } = this.#server;
    const { job, step } = call;
    const { token, attempt, runner, deadlineAt } = step.state;
    const about = { job: job.id, attempt, token, runner, deadlineAt };
    const called = {
      kind: "plugin called",
      ...about,
      inFairWorld: world.fairSince !== null,
    } as const;
    world.history.note(world.now, called);
    const fault = world.tape.fault("plugin");
    const outcome = fault === null ? yield* this.#work(call) : yield* this.#fail(call, fault);
    const word = outcome.kind === "success" ? String(outcome.result.text) : "";
    const answered = {
      kind: "plugin answered",
      job: job.id,
      token,
      outcome: outcome.kind,
    } as const;
    world.history.note(world.now, { ...answered, word });
    return outcome;
  }

  *#work(call: Call): Process<Outcome> {
    const { world } = this.#server;
    const { job, step, calls } = call;
    const way = world.tape.of(
      "answers",
      "says something",
      "asks",
      "accepts",
      "answers",
      "asks",
      "accepts",
    );
    yield* world.sleep(world.tape.of(20, 300, 2000, 12_000, 25_000));
    switch (way) {
      case "answers":
        return success(call, world.draw("result"));
      case "says something": {
        const { token } = step.state;
        for (const text of ["one ", "two ", "three "]) {
          world.history.note(world.now, { kind: "plugin said", token, text });
          calls.say(text, { percent: 50, message: null });
          yield* world.sleep(world.tape.of(10, 150, 3000));
        }
        return success(call, world.draw("result"));
      }
      case "asks":
        world.start(world.outside, answerQuestion(this.#server, job.id));
        return { kind: "asked", ask: this.#question(), logs: [] };
      case "accepts": {
        const { token } = step.state;
        const outcome = success(call, world.draw("result"));
        world.start(world.outside, complete(this.#server, { job, token, outcome }));
        return { kind: "accepted", logs: [] };
      }
    }
  }

  #question(): Ask {
    const { tape } = this.#server.world;
    const fail: OnTimeout = { kind: "fail" };
    const accept: OnTimeout = { kind: "resume", action: "accept", values: { choice: "red" } };
    return anAsk({
      timeoutMs: tape.of(minutes(10), minutes(1)),
      onTimeout: tape.of<OnTimeout>(fail, accept),
    });
  }

  *#fail(call: Call, fault: FaultOf<"plugin">): Process<Outcome> {
    const { world } = this.#server;
    const { deadlineAt } = call.step.state;
    const failure = failureOf("plugin_error", "It broke");
    switch (fault) {
      case "plugin hangs":
        yield () => {};
        return failure;
      case "plugin outlives its lease":
        yield* world.sleep(45_000);
        return success(call, world.draw("result"));
      case "plugin answers in the grace":
        yield* world.sleep(deadlineAt - world.now + 2000);
        return success(call, world.draw("result"));
      case "plugin answers too late":
        yield* world.sleep(deadlineAt - world.now + 9000);
        return success(call, world.draw("result"));
      case "plugin fails":
        yield* world.sleep(world.tape.of(20, 3000, 20_000));
        return failure;
      case "plugin fails for good":
        return { ...failure, reason: "retry_false", retryable: false };
      case "plugin asks for a rest":
        return { ...failure, retryAfterMs: seconds(1 + world.tape.below(60)) };
      case "plugin throws":
        return failureOf("transport", "The connection broke");
    }
  }
}

/** An answer that can be known again, and that counts in the state what it was given there. */
function success({ job, step, state }: Call, word: string): Outcome {
  const count = typeof state["count"] === "number" ? state["count"] : 0;
  const isStateful = step.plan.lane?.isStateful === true;
  const updates = { count: count + 1, [job.id]: word };
  return {
    kind: "success",
    result: { text: word, output: null },
    stateUpdates: isStateful ? { updates, replace: false } : null,
    artifacts: [],
    logs: [],
  };
}
