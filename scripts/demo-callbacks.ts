/**
 * `npm run demo:callbacks`: one POST, and the job tells how it gets on. It starts the gateway as
 * `npm start` does, with an endpoint for chats and a listener of its own, and shows every callback as it
 * comes; then a listener that hangs up on the last one, what the ledger says, and that it comes again.
 * Fails unless all was as promised.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPLETION, startChatEndpoint } from "./demo/chat-endpoint.ts";
import { ask, type LedgerRow, ledgerWhen } from "./demo/gateway.ts";
import { type HeardCallback, type Listener, startListener } from "./demo/listener.ts";
import { type ServerProcess, startServerProcess } from "./local/server-process.ts";

const SETTLED_MS_MAX = 10_000;

/** Retries come soon enough to wait for. */
const CONFIG = "callbacks: { defaults: { max_attempts: 5, base_ms: 1500, max_ms: 5000 } }\n";

const STATES = ["queued", "loading", "working", "done"];

const folder = mkdtempSync(join(tmpdir(), "holdline-demo-"));
const secret = `whsec_${randomBytes(32).toString("base64")}`;
const broken: string[] = [];
const chat = await startChatEndpoint();
const listener = await startListener(secret, show);
let server: ServerProcess | undefined;
try {
  console.log("Starting Holdline, an endpoint for chats, and a listener for callbacks …\n");
  server = await start(chat.url);
  await tellsEveryState(server.url, listener);
  await tellsAgain(server.url, listener);
} finally {
  await server?.kill();
  chat.stop();
  listener.stop();
  rmSync(folder, { recursive: true, force: true });
}
for (const promise of broken) console.error(`NOT AS PROMISED: ${promise}`);
if (broken.length === 0) console.log("\nAll as promised.");
process.exitCode = broken.length === 0 ? 0 : 1;

async function start(chatUrl: string): Promise<ServerProcess> {
  const devVars = join(folder, "dev.vars");
  const variables = {
    HOLDLINE_ANONYMOUS: "admin",
    CALLBACK_SECRET: secret,
    CHAT_BASE_URL: `${chatUrl}/v1`,
    CHAT_MODEL: "rivers-1",
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(devVars, lines.join(""));
  const config = join(folder, "holdline.yaml");
  writeFileSync(config, CONFIG);
  return startServerProcess({
    PORT: "0",
    HOLDLINE_CONFIG: config,
    HOLDLINE_DEV_VARS: devVars,
    HOLDLINE_STATE_DIR: join(folder, "state"),
  });
}

/** The first job: a callback for each state, the completion in the last one. */
async function tellsEveryState(url: string, { heard, url: listenerUrl }: Listener): Promise<void> {
  console.log("1. One POST, and every change of the job comes to you.\n");
  const job = await submit(url, listenerUrl);
  await ledgerWhen(job.url, isSettled, SETTLED_MS_MAX);
  const mine = heard.filter(({ body }) => body.job_id === job.id);
  promise("queued, loading, working, done, in this order", isEqual(statesOf(mine), STATES));
  promise("every signature holds", mine.length > 0 && mine.every(({ isGenuine }) => isGenuine));
  const completion = mine.at(-1)?.body.artifacts?.find(({ name }) => name === "completion");
  const { content = "", sha256 } = completion ?? {};
  promise("the completion came whole", content === COMPLETION);
  promise(
    "its hash is right",
    sha256 === createHash("sha256").update(content, "utf8").digest("hex"),
  );
  if (completion === undefined) return;
  console.log(`\n   With it: ${completion.name}, ${completion.content_type}, SHA-256 checked`);
  console.log(`   "${content}"\n`);
}

/** The second job: its last callback gets lost on the way, and nothing else does. */
async function tellsAgain(url: string, { heard, url: listenerUrl, dropNext }: Listener) {
  console.log("2. The same again, but the listener hangs up when it is told of the end.\n");
  dropNext("done");
  const job = await submit(url, listenerUrl);
  const failed = await ledgerWhen(job.url, (rows) => lastOf(rows)?.attempts === 1, SETTLED_MS_MAX);
  const last = lastOf(failed);
  const isOwed = last?.job_state === "done" && last.state === "pending" && last.last_error !== null;
  promise("the ledger shows the failed attempt", isOwed);
  showLedger("\n   The ledger knows, GET /jobs/{id}/deliveries:", failed);
  const { status } = await ask<{ status: string }>(job.url);
  console.log(`\n   And the job does not care, GET /jobs/{id}: ${status}\n`);
  promise("the job has succeeded all the same", status === "succeeded");
  const settled = await ledgerWhen(job.url, isSettled, SETTLED_MS_MAX);
  showLedger("\n   The ledger once more:", settled);
  const ends = heard.filter(({ body }) => body.job_id === job.id && body.state === "done");
  promise(
    "the retry came",
    isEqual(
      ends.map(({ isDropped }) => isDropped),
      [true, false],
    ),
  );
  promise("with the same webhook-id", new Set(ends.map(({ id }) => id)).size === 1);
  promise(
    "and a signature that holds",
    ends.every(({ isGenuine }) => isGenuine),
  );
  promise("it counts as delivered", lastOf(settled)?.state === "delivered");
}

async function submit(url: string, listenerUrl: string): Promise<{ id: string; url: string }> {
  const payload = {
    messages: [{ role: "user", content: "Name three rivers" }],
    state_webhook_url: `${listenerUrl}/callbacks`,
  };
  console.log(`   POST /jobs ${JSON.stringify(payload)}`);
  const { job_id: id } = await ask<{ job_id: string }>(`${url}/jobs`, payload);
  console.log(`   202, job ${id.slice(0, 8)}…\n`);
  return { id, url: `${url}/jobs/${id}` };
}

function show({ body, isGenuine, isDropped }: HeardCallback): void {
  const change = body.previous_state === null ? "" : `${body.previous_state} → `;
  const what = `${change}${body.state}`.padEnd(20);
  const signature = isGenuine ? "signature holds" : "SIGNATURE WRONG";
  console.log(`   callback  ${what} ${signature}${isDropped ? "; the listener hangs up" : ""}`);
}

function showLedger(title: string, rows: readonly LedgerRow[]): void {
  console.log(title);
  for (const { job_state: told, state, attempts, last_error: error, next_attempt_at } of rows) {
    const tried = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
    const why = error === null ? "" : `, ${error}`;
    const next = next_attempt_at === null ? "" : `, next at ${next_attempt_at.slice(11, 23)}`;
    console.log(`     ${told.padEnd(8)} ${state.padEnd(10)} ${tried}${why}${next}`);
  }
}

function isSettled(rows: readonly LedgerRow[]): boolean {
  return rows.length === STATES.length && rows.every(({ state }) => state !== "pending");
}

function lastOf(rows: readonly LedgerRow[]): LedgerRow | undefined {
  return rows.length === STATES.length ? rows.at(-1) : undefined;
}

function statesOf(heard: readonly HeardCallback[]): readonly string[] {
  return heard.map(({ body }) => body.state);
}

function isEqual(left: readonly unknown[], right: readonly unknown[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function promise(what: string, isKept: boolean): void {
  if (!isKept) broken.push(what);
}
