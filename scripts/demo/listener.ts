import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { type LocalHttp, startLocalHttp } from "./local-http.ts";

/** A callback as it came, in the profile `states`. */
export type HeardCallback = {
  readonly id: string;
  /** What the npm package `standardwebhooks` says of its signature. */
  readonly isGenuine: boolean;
  /** Whether the listener hung up instead of answering. */
  readonly isDropped: boolean;
  readonly body: StateBody;
};

type StateBody = {
  readonly job_id: string;
  readonly state: string;
  readonly previous_state: string | null;
  readonly artifacts?: readonly InlineArtifact[];
};

type InlineArtifact = {
  readonly name: string;
  readonly content_type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly content?: string;
};

export type Listener = LocalHttp & {
  /** Everything that came, in its order. */
  readonly heard: readonly HeardCallback[];
  /** Hangs up on the next callback that tells of this state. */
  readonly dropNext: (state: string) => void;
};

/** A receiver of callbacks: checks the signature, says what came, answers 204. */
export async function startListener(
  secret: string,
  tell: (callback: HeardCallback) => void,
): Promise<Listener> {
  const heard: HeardCallback[] = [];
  let drops: string | null = null;
  const server = await startLocalHttp(async (request, response) => {
    const raw = await text(request);
    const body = JSON.parse(raw) as StateBody;
    const isDropped = body.state === drops;
    if (isDropped) drops = null;
    const id = String(request.headers["webhook-id"]);
    const callback = { id, isGenuine: isGenuine(secret, raw, request.headers), isDropped, body };
    heard.push(callback);
    tell(callback);
    if (isDropped) request.socket.destroy();
    else response.writeHead(204).end();
  });
  const dropNext = (state: string) => {
    drops = state;
  };
  return { ...server, heard, dropNext };
}

function isGenuine(secret: string, raw: string, headers: IncomingMessage["headers"]): boolean {
  try {
    new Webhook(secret).verify(raw, headers as { [name: string]: string });
    return true;
  } catch {
    // Whatever it does not like, the sender cannot be believed.
    return false;
  }
}
