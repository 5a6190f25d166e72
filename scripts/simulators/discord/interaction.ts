/** An interaction as Discord knows it: the token in it opens a way to answer, for a while. */
export type Interaction = {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly applicationId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly createdAt: number;
  /** Only the user has installed the application: then five follow-ups are all. */
  readonly isUserInstalled: boolean;
  /** The message whose component was pressed; `null` = it was no component. */
  readonly sourceId: string | null;
  /** When the inline answer was taken; `null` = not yet, or never. */
  acknowledgedAt: number | null;
  /** Until then Discord does not know its own token, as it happens. */
  unknownUntil: number;
  /** Fixed by the first answer. */
  isEphemeral: boolean;
  /** What `@original` is; `null` = there is nothing. */
  originalId: string | null;
  followUps: number;
  /** When somebody was first told that the token is over: the next call is in vain, and known to be. */
  closedAt: number | null;
};
