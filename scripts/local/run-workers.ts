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
  const { stateDir, onLog } = place;
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
  const front = await ready(miniflare, place);
  return {
    url: `http://127.0.0.1:${front.port}`,
    stop: async () => {
      front.stop();
      await miniflare.dispose();
    },
  };
}

async function ready(
  miniflare: Miniflare,
  { port, connectionsMax = capacityOf(openFilesMax()).connections }: Place,
): Promise<Front> {
  try {
    const server = await miniflare.ready;
    return await startFront({ port, serverPort: Number(server.port), connectionsMax });
  } catch (cause) {
    await miniflare.dispose().catch(() => {
      // It never came up: there is nothing to take down.
    });
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    if (!isTaken) throw cause;
    throw new Error(`Port ${port} is taken: stop what runs there, or choose another with PORT=…`, {
      cause,
    });
  }
}
