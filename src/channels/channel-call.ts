import type { DeliveryError } from "../core/callback/delivery.ts";
import type { SeatNews } from "../core/channel/seat.ts";
import type { JsonObject } from "../lang/json.ts";
import type { DurationMs } from "../lang/time.ts";

/** What is to be done to tell a seat something. */
export type Said =
  | { readonly kind: "call"; readonly call: ChannelCall }
  /** There is nothing to say about it here: as good as said. */
  | { readonly kind: "nothing" }
  /** Nothing can be said there any more. */
  | { readonly kind: "too_late" };

/** One call of a channel's API, as data: whoever makes it adds the bot's token, and reads the files. */
export type ChannelCall = {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  /** Whether the bot's token goes along. Never to a URL that has a token of its own. */
  readonly auth: "none" | "bot";
  readonly body: ChannelBody;
  /** Whether it may be made again when nobody knows how it ended: it changes what is there, and adds nothing. */
  readonly isRepeatable: boolean;
  /** What the call itself changes, however it ends: a use is used up. */
  readonly begins: SeatNews;
};

export type ChannelBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly json: JsonObject }
  /** `application/x-www-form-urlencoded`. */
  | { readonly kind: "form"; readonly fields: { readonly [name: string]: string } }
  /** `multipart/form-data` with `payload_json` and `files[n]`. */
  | { readonly kind: "files"; readonly json: JsonObject; readonly files: readonly ChannelFile[] }
  /** The bytes of one file, and nothing else. */
  | { readonly kind: "bytes"; readonly file: ChannelFile };

export type ChannelFile = {
  readonly name: string;
  readonly contentType: string;
  readonly from:
    | { readonly kind: "text"; readonly text: string }
    /** One of the job's. */
    | { readonly kind: "artifact"; readonly name: string };
};

/** What came back: at most some KiB of it are read. */
export type ChannelAnswer = {
  readonly status: number;
  readonly headers: { readonly get: (name: string) => string | null };
  /** `null` = it was no JSON. */
  readonly json: JsonObject | null;
};

/** What an answer means. */
export type ChannelVerdict = {
  readonly result: /** This was the last call of the telling. */
    | { readonly kind: "said" }
    /** There is another part to it, which follows at once. */
    | { readonly kind: "more" }
    | {
        readonly kind: "failed";
        readonly error: DeliveryError;
        readonly retryable: boolean;
        /** What the channel asked for; `null` = nothing. 0 = at once, another way. */
        readonly restMs: DurationMs | null;
      };
  readonly news: SeatNews;
};
