/** Discord's form of what is typed: a word of letters and digits of any script. */
const FORM = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

export const NAME_FAULT = "Must be 1 to 32 small letters, digits, - and _";

export function isDiscordName(name: string): boolean {
  return FORM.test(name) && name === name.toLowerCase();
}
