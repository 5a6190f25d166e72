import type { Received, Reply } from "../http.ts";
import { broughtBy } from "./body.ts";
import { type Checked, REFUSALS, type Refusal, refusalReply, refused } from "./errors.ts";
import type { Interaction } from "./interaction.ts";
import { FOLLOW_UPS_OF_USER_INSTALL_MAX } from "./limits.ts";
import { type MessageForm, messageForm } from "./message-form.ts";
import { rateReply, takeRate, withRate } from "./rate.ts";
import { emptyMessage, messageJson, type StoredMessage } from "./stored-message.ts";
import type { DiscordWorld } from "./world.ts";

const ROUTE = /^\/webhooks\/(\d+)\/([^/]+)(?:\/messages\/(@original|\d+))?$/;

/** What is told to an interaction's own token; `null` = the path is another one. */
export async function webhookReply(world: DiscordWorld, received: Received): Promise<Reply | null> {
  const [, applicationId = "", token = "", messageId] = ROUTE.exec(received.path) ?? [];
  if (token === "") return null;
  const interaction = world.interactions.get(token);
  const place = interaction?.channelId ?? "nowhere";
  if (received.headers["authorization"] !== undefined) {
    world.breaches.add("bot_token_on_webhook", place, `${received.method} ${received.path}`);
    return refusalReply(REFUSALS.unauthorized);
  }
  const rate = takeRate(world, `token ${token}`, place);
  if (!rate.isAllowed) return rateReply(world, rate);
  const isKnown = interaction?.applicationId === applicationId;
  const refusal = isKnown ? closedWay(world, interaction) : REFUSALS.unknownWebhook;
  const reply =
    refusal === null && interaction !== undefined
      ? await answered({ world, interaction, received, messageId: messageId ?? null })
      : refusalReply(refusal ?? REFUSALS.unknownWebhook);
  return withRate(world, reply, rate);
}

/** Why nothing can be said with this token now; `null` = it can. */
function closedWay(world: DiscordWorld, interaction: Interaction): Refusal | null {
  const now = world.options.now();
  const ageMs = now - interaction.createdAt;
  if (interaction.acknowledgedAt === null) {
    return ageMs < world.options.answerMsMax
      ? REFUSALS.unknownWebhook
      : REFUSALS.unknownInteraction;
  }
  if (ageMs >= world.options.tokenLifeMs) {
    const { channelId, closedAt } = interaction;
    if (closedAt === null) interaction.closedAt = now;
    else {
      const what = "Another call after the token's life";
      world.breaches.note({
        rule: "called_after_expiry",
        place: channelId,
        what,
        toldAt: closedAt,
      });
    }
    return REFUSALS.expiredToken;
  }
  return now < interaction.unknownUntil ? REFUSALS.unknownWebhook : null;
}

type Asked = {
  readonly world: DiscordWorld;
  readonly interaction: Interaction;
  readonly received: Received;
  /** `null` = a follow-up is wanted. */
  readonly messageId: string | null;
};

async function answered(asked: Asked): Promise<Reply> {
  const { world, received, messageId } = asked;
  if (messageId === null) {
    if (received.method !== "POST") return refusalReply(REFUSALS.notFound);
    return writtenReply(asked, (form) => followUp(asked, form));
  }
  const message = messageOf(asked, messageId);
  if (message === undefined) return refusalReply(REFUSALS.unknownMessage);
  switch (received.method) {
    case "GET":
      return { status: 200, body: messageJson(message, world.options.applicationId) };
    case "PATCH":
      return writtenReply(asked, (form) => world.write(message, form));
    case "DELETE":
      world.remove(message.id);
      return { status: 204, body: null };
    default:
      return refusalReply(REFUSALS.notFound);
  }
}

function messageOf({ world, interaction }: Asked, messageId: string): StoredMessage | undefined {
  if (messageId === "@original") return world.message(interaction.originalId);
  const message = world.message(messageId);
  return message?.token === interaction.token ? message : undefined;
}

/** Reads the body, has it written, and says what it has become. */
async function writtenReply(
  { world, interaction, received }: Asked,
  write: (form: MessageForm) => Checked<StoredMessage>,
): Promise<Reply> {
  const brought = await broughtBy(received);
  const form = brought.ok ? messageForm(brought.value, world.options.fileBytesMax) : brought;
  const written = form.ok ? write(form.value) : form;
  if (written.ok) {
    return { status: 200, body: messageJson(written.value, world.options.applicationId) };
  }
  const { refusal, faults } = written;
  const what = JSON.stringify({ ...refusal, faults });
  world.breaches.add("invalid_body", interaction.channelId, `${received.method}: ${what}`);
  return refusalReply(refusal, faults);
}

/** Another message; where the first one is still "thinking…", it becomes that one, as Discord has it. */
function followUp({ world, interaction }: Asked, form: MessageForm): Checked<StoredMessage> {
  const original = world.message(interaction.originalId);
  if (original?.isThinking === true) {
    const what = "A follow-up took the place of the answer: PATCH @original comes first";
    world.breaches.add("follow_up_before_answer", interaction.channelId, what);
    return world.write(original, form);
  }
  const isTooMany =
    interaction.isUserInstalled && interaction.followUps >= FOLLOW_UPS_OF_USER_INSTALL_MAX;
  if (isTooMany) return refused(REFUSALS.tooManyFollowUps);
  const { channelId, token } = interaction;
  const place = { id: world.newId(), channelId, token, isEphemeral: form.isEphemeral };
  const written = world.write(emptyMessage(place), form);
  if (written.ok) interaction.followUps += 1;
  return written;
}
