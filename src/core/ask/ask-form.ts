/** A question as a person can be shown it, whatever the channel: made from its view and its schema. */
export type AskForm = {
  readonly title: string;
  readonly text: string | null;
  /** One of these is the whole answer: `{ choice: id }`. Empty = the fields are. */
  readonly choices: readonly Choice[];
  /** What is to be filled in, in order. Empty with no choices: there is only yes and no to say. */
  readonly fields: readonly Field[];
};

export type Choice = {
  readonly id: string;
  readonly label: string;
  readonly description: string | null;
};

/** One property of the values. */
export type Field = {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly isRequired: boolean;
  readonly kind: "text" | "long_text" | "number" | "boolean" | "choice";
  /** Of a `choice`; else empty. */
  readonly choices: readonly Choice[];
  /** What it begins with; `null` = nothing. */
  readonly initial: string | null;
};
