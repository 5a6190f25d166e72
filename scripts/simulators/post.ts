/** What came back to a channel that has told the gateway something. */
export type Posted =
  | {
      readonly kind: "answered";
      readonly ms: number;
      readonly status: number;
      readonly headers: { readonly [name: string]: string };
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  /** Nothing in time. */
  | { readonly kind: "late"; readonly ms: number }
  /** The connection was refused or cut. */
  | { readonly kind: "cut"; readonly ms: number };

export type Post = {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** All of the answer must be there by then. */
  readonly msMax: number;
};

/** Sends one request to the gateway and waits as long as the channel would. */
export async function post({ url, headers, body, msMax }: Post): Promise<Posted> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  const signal = AbortSignal.timeout(msMax);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      signal,
      redirect: "manual",
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { status } = response;
    return {
      kind: "answered",
      ms: ms(),
      status,
      headers: Object.fromEntries(response.headers),
      bytes,
    };
  } catch {
    // Whatever it was: the channel knows that the time was over, or that nobody was there.
    return { kind: signal.aborted ? "late" : "cut", ms: ms() };
  }
}
