const TEXT = { name: "text", type: "string", description: "What to read", required: true };

const QUESTION = {
  title: "Shall it be published?",
  text: "Three people have read it.",
  options: [
    { id: "publish", label: "Publish" },
    { id: "wait", label: "Not yet" },
  ],
};

/** What the simulator's own gateway offers, in both channels. */
export const EXAMPLE = {
  discord: {
    commands: [
      {
        name: "ai summarize",
        description: "Says in a few sentences what a text says",
        options: [TEXT],
        run: "text/summarize",
        payload: { text: "{options.text}" },
      },
      {
        name: "echo",
        description: "Says it again",
        options: [TEXT],
        run: "lab/echo",
        payload: { text: "{options.text}" },
      },
      {
        name: "work",
        description: "Works for a while, and says how far it is",
        options: [
          { name: "ms", type: "integer", description: "For how many milliseconds", required: true },
        ],
        run: "lab/work",
        payload: { ms: "{options.ms}", steps: 8 },
      },
      {
        name: "ask",
        description: "Asks you something",
        run: "lab/ask",
        payload: { view: QUESTION },
      },
    ],
  },
  slack: {
    commands: {
      "/ai": { run: "text/summarize", payload: { text: "{text}" }, response: "in_channel" },
      "/echo": { run: "lab/echo", payload: { text: "{text}" }, response: "ephemeral" },
      "/work": { run: "lab/work", payload: { ms: 8000, steps: 8 }, response: "in_channel" },
      "/ask": { run: "lab/ask", payload: { view: QUESTION }, response: "in_channel" },
    },
  },
} as const;
