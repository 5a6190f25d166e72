import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Gate } from "../channels/gate.ts";
import { buildWorkers, ROOT } from "../local/build.ts";
import { allWorkers } from "../local/server.ts";
import { type SpawnedServer, spawnServerProcess } from "../local/server-process.ts";
import type { Random } from "../seed/random.ts";
import type { History } from "./history.ts";

const SERVE = join(ROOT, "scripts", "crash", "serve-built.ts");

const RUNNERS = ["object", "consumer"] as const;

/** As `npm start` has it. */
const LOCAL = { HOLDLINE_ANONYMOUS: "admin", HOLDLINE_ALLOW_HTTP: "127.0.0.1:*,localhost:*" };

/** Below those that a system gives to whoever calls: a client that knocks while nobody is there must not meet itself. */
const PORTS = { from: 20_000, to: 32_000 } as const;

export type SetUp = {
  readonly folder: string;
  readonly port: number;
  readonly config: string;
  readonly variables: { readonly [name: string]: string };
};

/** The server of `npm start`, on one port and one state, started over and over again. */
export class LabServer {
  readonly #setUp: SetUp;
  readonly #history: History;
  readonly #gate: Gate;
  #spawned: SpawnedServer | null = null;
  #starts = 0;
  #isKilled = false;
  isUp = false;

  constructor(setUp: SetUp, history: History, gate: Gate) {
    this.#setUp = setUp;
    this.#history = history;
    this.#gate = gate;
  }

  /** Once for all starts: what is built is the same each time, but for who runs what is queued. */
  async build(): Promise<void> {
    const { folder, port, config, variables } = this.#setUp;
    const workers = await buildWorkers(join(folder, "build"));
    const place = { port, stateDir: join(folder, "state") };
    for (const runner of RUNNERS) {
      const all = { ...LOCAL, ...variables, QUEUE_RUNNER: runner };
      const built = { ...place, workers: allWorkers({ workers, variables: all, config }) };
      writeFileSync(this.#fileOf(runner), JSON.stringify(built), { mode: 0o600 });
    }
  }

  /** Both queue runners take turns, on the same state: a job may start with one and end with the other. */
  spawn(): void {
    const runner = RUNNERS[this.#starts % RUNNERS.length] ?? "object";
    this.#starts += 1;
    this.#history.generation = this.#starts;
    this.#history.note({ k: "start", runner });
    const spawned = spawnServerProcess({}, [SERVE, this.#fileOf(runner)]);
    this.#spawned = spawned;
    this.#isKilled = false;
    void spawned.ended.then(({ code, signal }) => {
      if (this.#spawned === spawned && !this.#isKilled) this.#died(code, signal);
    });
  }

  /** Nobody killed it. Whoever would begin something waits for the next start. */
  #died(code: number | null, signal: string | null): void {
    this.#gate.close();
    this.isUp = false;
    this.#history.note({ k: "died", code, signal });
  }

  /** The runner of `npm start`: with the other one a line of the local queue takes minutes. */
  get isLocalRunner(): boolean {
    return this.#starts % RUNNERS.length === 1;
  }

  #fileOf(runner: string): string {
    return join(this.#setUp.folder, `${runner}.json`);
  }

  /** Until it is up and answers; then those go on who waited for it. */
  async ready(): Promise<void> {
    await this.#spawned?.ready;
    await this.#answers();
    this.isUp = true;
    this.#history.note({ k: "up" });
    this.#gate.open();
  }

  async #answers(): Promise<void> {
    await fetch(`http://127.0.0.1:${this.#setUp.port}/healthz`);
  }

  /** One of the kills that the run is about. */
  async kill(): Promise<void> {
    await this.#kill({ isDrawn: true });
  }

  /** The same, to see what the next start makes of what is there: no kill that the run counts. */
  async restart(): Promise<void> {
    await this.stop();
    this.spawn();
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.#kill({ isDrawn: false });
  }

  async #kill(about: { readonly isDrawn: boolean }): Promise<void> {
    this.#gate.close();
    this.#history.note({ k: "kill", isUp: this.isUp, ...about });
    this.isUp = false;
    this.#isKilled = true;
    await this.#spawned?.kill();
    this.#history.note({ k: "killed", ...about });
  }

  /** What it has said last. */
  get lines(): readonly string[] {
    return this.#spawned?.lines ?? [];
  }
}

/** A port that is free now, and that nobody is given by chance later. */
export async function steadyPort(random: Random): Promise<number> {
  for (;;) {
    const port = random.between(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const taken = once(server, "error").then(() => false);
  const listening = new Promise<boolean>((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  const free = await Promise.race([taken, listening]);
  if (free) {
    server.close();
    await once(server, "close");
  }
  return free;
}
