import type { UserMessage } from "../model/fold.ts";
import { entityLabel, segments } from "../model/spans.ts";
import type { Segment } from "../model/spans.ts";
import { Conf, level } from "./conf.tsx";
import { Icon } from "./icon.tsx";

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

/** What the message means: the prediction, or what a reader put in its place. */
const Intent = ({ message }: { message: UserMessage }) => {
  const { intent, corrected } = message;
  if (corrected !== null && corrected !== intent?.name)
    return (
      <>
        <s>{intent?.name ?? "no intent"}</s> <b>{corrected}</b>
      </>
    );
  return (
    <>
      {corrected !== null && <Icon name="check" />}
      <span class={intent ? level(intent.confidence) : ""}>{intent?.name ?? "no intent"}</span>
      {intent && <Conf value={intent.confidence} />}
    </>
  );
};

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
      {message.isFlagged && <Icon name="flag" />}
      {message.isFlagged && <span class="sr">flagged </span>}
      <Intent message={message} />
    </button>
  </div>
);
