import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Gate } from "../channels/gate.ts";
import type { People } from "../channels/people.ts";
import { Receivers } from "../receivers/receivers.ts";
import { type Random, randomFrom } from "../seed/random.ts";
import { openChannels } from "./channels.ts";
import { Client } from "./client.ts";
import { History } from "./history.ts";
import { HOOK } from "./kinds/hooked.ts";
import { LabServer, steadyPort } from "./lab-server.ts";
import { watchMachine } from "./machine.ts";
import { startPulse } from "./pulse.ts";
import { settings } from "./settings.ts";
import { Witness } from "./witness.ts";

/** The server that is killed, and the world around it that is not. */
export type Lab = {
  readonly folder: string;
  readonly history: History;
  readonly client: Client;
  readonly server: LabServer;
  /** Where those wait who begin something: nobody does while the server is down. */
  readonly gate: Gate;
  readonly receivers: Receivers;
  readonly secrets: readonly string[];
  readonly people: People;
  /** Jobs of which nobody has heard the end yet, by their ids. */
  readonly open: Map<string, string>;
  /** No more faults, anywhere. */
  readonly calm: () => void;
  readonly stop: () => Promise<void>;
};

export async function openLab(folder: string, seed: number): Promise<Lab> {
  const random: Random = randomFrom(seed);
  const history = new History(join(folder, "history.jsonl"));
  const secrets = [newSecret(), newSecret()];
  let isCalm = false;
  const gate = new Gate();
  const receivers = new Receivers(secrets, seed, (arrival) =>
    history.note({ k: "arrival", arrival }),
  );
  await receivers.open();
  const witness = await new Witness(history, randomFrom(seed + 1), () => isCalm).start();
  const port = await steadyPort(random);
  const url = `http://127.0.0.1:${port}`;
  const { world, people } = await openChannels(randomFrom(seed + 2), url, {
    gate,
    isCalm: () => isCalm,
  });
  const variables = {
    ...world.variables,
    CALLBACK_SECRET: secrets[0] ?? "",
    CALLBACK_SECRET_PREVIOUS: secrets[1] ?? "",
    WITNESS_SECRET: newSecret(),
    [HOOK.settings.secret]: HOOK.secret,
  };
  const setUp = { folder, port, config: settings(witness.url), variables };
  const server = new LabServer(setUp, history, gate);
  const calm = () => {
    isCalm = true;
    receivers.heal();
    history.note({ k: "calm" });
  };
  const client = new Client(url, history);
  const stopPulse = startPulse(client, history);
  const stopWatch = await watchMachine(history);
  const stop = async () => {
    stopPulse();
    stopWatch();
    await server.stop();
    for (const part of [world, witness, receivers]) part.stop();
    history.close();
  };
  const open = new Map<string, string>();
  return { folder, history, client, server, gate, receivers, secrets, people, open, calm, stop };
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}
