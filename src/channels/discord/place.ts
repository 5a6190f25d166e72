import type { JsonObject } from "../../lang/json.ts";
import { namedIn, objectAt, stringAt } from "./parts-of-json.ts";

/** Where an interaction happened, and whose it is. */
export type Place = {
  readonly interactionId: string;
  readonly applicationId: string;
  /** A secret while it lives. */
  readonly token: string;
  readonly channelId: string | null;
  readonly guildId: string | null;
  readonly userId: string;
  readonly userName: string;
  readonly locale: string | null;
  /** Of one file that is sent there. */
  readonly fileBytesMax: number;
  /** Nobody has installed the application there but the user: it may send five messages after the first one. */
  readonly isOnlyUserInstalled: boolean;
  /** 0 = in a guild, 1 = with the bot, 2 = among others; `null` = Discord does not say. */
  readonly context: number | null;
};

/** What Discord allows everywhere, where it says nothing else. */
const FILE_BYTES_DEFAULT = 10_485_760;

/** Keys of who has installed the application. */
const GUILD_INSTALL = "0";
const USER_INSTALL = "1";

/** `null` = without an id, a token or a user there is nothing to answer. */
export function readPlace(body: JsonObject): Place | null {
  const interactionId = stringAt(body, "id");
  const applicationId = stringAt(body, "application_id");
  const token = stringAt(body, "token");
  // In a guild the user is a member, elsewhere not.
  const user =
    namedIn(objectAt(objectAt(body, "member"), "user")) ?? namedIn(objectAt(body, "user"));
  if (interactionId === null || applicationId === null || token === null || user === null) {
    return null;
  }
  const owners = objectAt(body, "authorizing_integration_owners");
  const { attachment_size_limit: fileBytesMax, context } = body;
  return {
    interactionId,
    applicationId,
    token,
    channelId: stringAt(body, "channel_id"),
    guildId: stringAt(body, "guild_id"),
    userId: user.id,
    userName: user.name,
    locale: stringAt(body, "locale"),
    fileBytesMax: typeof fileBytesMax === "number" ? fileBytesMax : FILE_BYTES_DEFAULT,
    isOnlyUserInstalled: USER_INSTALL in owners && !(GUILD_INSTALL in owners),
    context: typeof context === "number" ? context : null,
  };
}
