import type { EpochMs } from "../../lang/time.ts";

/** What a line says where it has no message. */
export type Silence = "late" | "closed";

/** Messages that nobody has read yet: beyond this the line is cut, and read again from where it was. */
const UNREAD_LENGTH_MAX = 1_048_576;

/** A Worker's end of a socket to a job's object, read one message at a time. */
export class Line {
  readonly #socket: WebSocket;
  readonly #unread: string[] = [];
  #unreadLength = 0;
  #isClosed = false;
  #wake: (() => void) | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(String(data)));
    socket.addEventListener("close", () => this.#end());
    socket.addEventListener("error", () => this.#end());
    socket.accept();
  }

  /** The next message; `late` when none has come by `until` (`null` = no limit), `closed` when none will. */
  async next(until: EpochMs | null): Promise<{ readonly text: string } | Silence> {
    if (this.#unread.length === 0 && !this.#isClosed) await this.#change(until);
    const text = this.#unread.shift();
    if (text !== undefined) {
      this.#unreadLength -= text.length;
      return { text };
    }
    return this.#isClosed ? "closed" : "late";
  }

  say(word: string): void {
    if (!this.#isClosed) this.#socket.send(word);
  }

  /**
   * That was the last word: the object hangs up by itself. A goodbye of ours would wake it once more,
   * and where a thousand wait, their goodbyes would all come before their answers.
   */
  expectEnd(): void {
    this.#isClosed = true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#socket.close(1000, "Done");
    this.#end();
  }

  #take(text: string): void {
    // What still comes after a cut would stand where the cut-off messages belong.
    if (this.#isClosed) return;
    this.#unread.push(text);
    this.#unreadLength += text.length;
    if (this.#unreadLength > UNREAD_LENGTH_MAX && this.#unread.length > 1) this.#drop();
    this.#wake?.();
  }

  /** The reader is too slow to be told of everything as it happens. What it has not read is on disk. */
  #drop(): void {
    this.#unread.length = 0;
    this.#unreadLength = 0;
    this.close();
  }

  #end(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  async #change(until: EpochMs | null): Promise<void> {
    const changed = Promise.withResolvers<void>();
    this.#wake = changed.resolve;
    const timer =
      until === null ? null : setTimeout(changed.resolve, Math.max(0, until - Date.now()));
    await changed.promise;
    if (timer !== null) clearTimeout(timer);
  }
}
