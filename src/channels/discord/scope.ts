import type { JsonObject } from "../../lang/json.ts";
import type { Autocomplete, Command } from "./interaction.ts";

/** What the places of a payload can name: `{options.text}`, `{user.name}`, `{target.text}`. */
export function scopeOf(said: Command | Autocomplete): JsonObject {
  const { place, path, options } = said;
  return {
    options,
    user: { id: place.userId, name: place.userName },
    channel: { id: place.channelId },
    guild: { id: place.guildId },
    locale: place.locale,
    command: path,
    target: said.kind === "command" ? said.target : null,
    focused: said.kind === "autocomplete" ? said.focused : null,
  };
}
