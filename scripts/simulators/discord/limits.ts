/** Discord's own bounds of what a message may hold. */
export const CONTENT_MAX = 2000;
export const EMBEDS_MAX = 10;
export const EMBED_CHARACTERS_MAX = 6000;
export const FILES_MAX = 10;
export const ROWS_MAX = 5;
export const COMPONENTS_MAX = 40;
export const DISPLAY_CHARACTERS_MAX = 4000;
export const FOLLOW_UPS_OF_USER_INSTALL_MAX = 5;

/** Of messages: their answer is seen by one person, and they are built of components alone. */
export const EPHEMERAL = 64;
export const COMPONENTS_V2 = 32_768;

/** Types of interactions. */
export const INTERACTION = {
  ping: 1,
  command: 2,
  component: 3,
  autocomplete: 4,
  modal: 5,
} as const;

/** Types of inline answers. */
export const ANSWER = {
  pong: 1,
  message: 4,
  thinking: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;
