/**
 * Answers every request at once and does nothing else, in a process of its own: what it takes is what the
 * machine takes. Run with a channel to whoever started it, who is told its port.
 */
import { startLocalHttp } from "../demo/local-http.ts";

const { url } = await startLocalHttp((_request, response) => {
  response.writeHead(204).end();
});
process.send?.(url);
// Whoever started it may die without a word.
process.once("disconnect", () => process.exit());
