import { Agent, request } from "node:http";

/** What a caller was told. */
export type Told = {
  /** `null` = nothing: the connection broke. */
  readonly status: number | null;
  /** What broke it, or the code of a problem; else `null`. */
  readonly code: string | null;
  readonly hasRetryAfter: boolean;
  /** Of the job that was made, where one was. */
  readonly jobId: string | null;
  readonly ms: number;
};

type Asked = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
};

/** Somebody who asks over as many connections as it takes. */
export class Caller {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  ask({ method, path, body }: Asked): Promise<Told> {
    const askedAt = performance.now();
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { "content-type": "application/json", "content-length": text.length };
    return new Promise((resolve) => {
      const failed = (cause: Error & { readonly code?: string }) =>
        resolve({
          status: null,
          code: cause.code ?? cause.message,
          hasRetryAfter: false,
          jobId: null,
          ms: performance.now() - askedAt,
        });
      const outgoing = request(
        `${this.#url}${path}`,
        { agent: this.#agent, method, headers },
        (incoming) => {
          let answer = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (chunk: string) => {
            answer += chunk;
          });
          incoming.on("error", failed);
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? null,
              hasRetryAfter: incoming.headers["retry-after"] !== undefined,
              ...saidIn(answer),
              ms: performance.now() - askedAt,
            }),
          );
        },
      );
      outgoing.on("error", failed);
      outgoing.end(text);
    });
  }
}

function saidIn(answer: string): Pick<Told, "code" | "jobId"> {
  const { code = null, job_id: jobId = null } = JSON.parse(answer) as {
    readonly code?: string;
    readonly job_id?: string;
  };
  return { code, jobId };
}
