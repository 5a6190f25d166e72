/**
 * A server beside the gateway, in a process of its own: whatever it is asked, it does the same piece of
 * work and says how long that took. So it takes what the machine takes. Run with a channel to whoever
 * started it, who is told where it is.
 */
import { createHash } from "node:crypto";
import { startLocalHttp } from "../demo/local-http.ts";

/** Some tens of milliseconds of work: what takes less, a busy machine lets through at once. */
const WORK = Buffer.alloc(2 ** 25);

const { url } = await startLocalHttp((_request, response) => {
  const startedAt = performance.now();
  createHash("sha256").update(WORK).digest();
  response.end(String(performance.now() - startedAt));
});
process.send?.(url);
// Whoever started it may die without a word.
process.once("disconnect", () => process.exit());
