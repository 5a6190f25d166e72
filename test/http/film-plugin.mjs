/** A plugin over HTTP in thirty lines of plain Node. Run it with a `whsec_…`; it says its port. */
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.argv[2] ?? "");
const commands = {
  shout: { type: "read", timing: "short" },
  film: { type: "write", timing: "long" },
};
const manifest = { spec: "holdline.plugin", protocol: 1, name: "film", version: "1.0.0", commands };
const ok = (fields) => ({ protocol: 1, status: "ok", ...fields });

async function shoot({ payload, callback, attempt_token: token }) {
  const headers = { authorization: `Bearer ${token}` };
  const post = (url, body) => fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  for (const percent of [50, 100])
    await post(callback.progress, { percent, text: `${percent} %\n` });
  await post(callback.complete, ok({ text: `shot ${payload.scene}` }));
}

createServer(async (request, response) => {
  const body = await new Response(request).text();
  const answer = (status, fields) => response.writeHead(status).end(JSON.stringify(fields));
  try {
    webhook.verify(body, request.headers);
  } catch {
    return answer(401, { message: "Not signed by Holdline" });
  }
  if (request.url === "/manifest") return answer(200, manifest);
  const call = JSON.parse(body);
  if (call.command === "shout") return answer(200, ok({ text: call.payload.text.toUpperCase() }));
  response.on("finish", () => shoot(call));
  return answer(200, ok({ accepted: true }));
}).listen(0, "127.0.0.1", function started() {
  process.stdout.write(`${this.address().port}\n`);
});
