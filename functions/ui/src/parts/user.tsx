import type { UserMessage } from "../model/fold.ts";
import { entityLabel, segments } from "../model/spans.ts";
import type { Segment } from "../model/spans.ts";
import { Conf, level } from "./conf.tsx";

const told = (segment: Segment): string =>
  segment.entities.map((one) => `${entityLabel(one)} = ${JSON.stringify(one.value ?? segment.text)}`).join(", ");

const Piece = ({ segment }: { segment: Segment }) =>
  segment.entities.length > 0 ? <mark title={told(segment)}>{segment.text}</mark> : <>{segment.text}</>;

/** The words, with what was recognised in them underlined. A message that names its intent is drawn as what it is. */
const Words = ({ message }: { message: UserMessage }) => (
  <p class={`bubble ${message.text.startsWith("/") ? "code" : ""}`} dir="auto">
    {message.text === "" && <em>empty message</em>}
    {segments(message.text, message.entities).map((segment, i) => (
      <Piece key={i} segment={segment} />
    ))}
  </p>
);

interface Props {
  message: UserMessage;
  isSelected: boolean;
  select: () => void;
}

/** A user's message. Clicking it or its intent selects the turn. */
export const UserSays = ({ message, isSelected, select }: Props) => (
  <div class={`user ${isSelected ? "sel" : ""}`}>
    <span class="sr">User says: </span>
    <div class="pick" onClick={select}>
      <Words message={message} />
    </div>
    <button type="button" class="meta" aria-pressed={isSelected} onClick={select}>
      <span class={message.intent ? level(message.intent.confidence) : ""}>{message.intent?.name ?? "no intent"}</span>
      {message.intent && <Conf value={message.intent.confidence} />}
    </button>
  </div>
);
