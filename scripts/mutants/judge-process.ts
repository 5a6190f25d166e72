import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Mutant } from "../../test/mutants/mutant.ts";
import type { Verdict } from "./verdict.ts";

const JUDGE = join(import.meta.dirname, "judge.ts");

/** All tests take some seconds, on a busy machine some more: what takes so much longer does not end. */
const JUDGE_MS_MAX = 180_000;

/** A judge in a process of its own, which is replaced where a mutant never lets go of it. */
export class JudgeProcess {
  readonly #seed: number;
  #process: ChildProcess;

  constructor(seed: number) {
    this.#seed = seed;
    this.#process = this.#started();
  }

  /** @param mutant `null` = the core as it is, which every test must pass. */
  async verdictOn(mutant: Mutant | null): Promise<Verdict> {
    const judge = this.#process;
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const timer = setTimeout(() => judge.kill("SIGKILL"), JUDGE_MS_MAX);
    const onExit = (_code: number | null, signal: string | null) => {
      this.#process = this.#started();
      resolve(signal === "SIGKILL" ? { kind: "hung" } : { kind: "void", why: "its judge died" });
    };
    judge.once("message", (verdict) => resolve(verdict as Verdict));
    judge.once("exit", onExit);
    judge.send({ mutant });
    const verdict = await promise;
    clearTimeout(timer);
    judge.off("exit", onExit);
    return verdict;
  }

  end(): void {
    this.#process.disconnect();
  }

  #started(): ChildProcess {
    return fork(JUDGE, [String(this.#seed)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  }
}
