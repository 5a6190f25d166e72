import { mkdirSync } from "node:fs";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { type Front, startFront } from "./front.ts";
import { capacityOf, openFilesMax } from "./open-files.ts";

/** One Worker as Miniflare takes it. */
export type MiniflareWorker = Parameters<typeof convertV4MiniflareOptions>[0] extends infer Options
  ? Options extends { readonly workers: readonly (infer Worker)[] }
    ? Worker
    : never
  : never;

/** Where they are, and where their state is. */
export type Place = {
  /** 0 = any free one. */
  readonly port: number;
  /** Connections that are open at once; left out, as many as this machine carries. */
  readonly connectionsMax?: number;
  /** Where jobs and alarms are kept; `null` = nowhere, they go with the server. */
  readonly stateDir: string | null;
  /** Receives what the Workers log, line by line. */
  readonly onLog?: (line: string) => void;
};

export type LocalServer = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

/** Runs Workers in one workerd, on loopback, behind the front. */
export async function runWorkers(
  workers: readonly MiniflareWorker[],
  place: Place,
): Promise<LocalServer> {
  // Before anything else: whoever has the port may have the state too, and two must not run it.
  const front = await bind(place);
  try {
    const miniflare = await startMiniflare(workers, place);
    front.open(Number((await miniflare.ready).port));
    const stop = async () => {
      front.hangUp();
      await miniflare.dispose();
      // Only now may the next server have the port, and the state.
      front.stop();
    };
    return { url: `http://127.0.0.1:${front.port}`, stop };
  } catch (cause) {
    front.stop();
    throw cause;
  }
}

async function bind({
  port,
  connectionsMax = capacityOf(openFilesMax()).connections,
}: Place): Promise<Front> {
  try {
    return await startFront({ port, connectionsMax });
  } catch (cause) {
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    if (!isTaken) throw cause;
    throw new Error(`Port ${port} is taken: stop what runs there, or choose another with PORT=…`, {
      cause,
    });
  }
}

async function startMiniflare(
  workers: readonly MiniflareWorker[],
  { stateDir, onLog }: Place,
): Promise<Miniflare> {
  if (stateDir !== null) mkdirSync(stateDir, { recursive: true });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      // The front is on the port that was asked for.
      port: 0,
      cf: false,
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      ...(stateDir === null ? {} : { resourcePersistencePath: stateDir }),
      ...(onLog === undefined
        ? {}
        : { handleStructuredLogs: ({ message }: { message: string }) => onLog(message) }),
      workers: [...workers],
    }),
  );
  try {
    await miniflare.ready;
    return miniflare;
  } catch (cause) {
    await miniflare.dispose().catch(() => {
      // It never came up: there is nothing to take down.
    });
    throw cause;
  }
}
