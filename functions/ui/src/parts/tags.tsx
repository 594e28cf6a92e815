import { tags } from "../state/tags.ts";

const color = (hex: string | undefined): Record<string, string> => ({ "--tag": `#${hex ?? "8a93a1"}` });

/** The tags of a conversation, each with its colour beside its name. */
export const Tags = ({ numbers }: { numbers: readonly number[] }) => (
  <>
    {numbers.map((number) => {
      const tag = tags.value.find((one) => one.id === number);
      return tag ? (
        <span key={number} class="label-tag" style={color(tag.color.replace("#", ""))}>
          <bdi>{tag.value}</bdi>
        </span>
      ) : null;
    })}
  </>
);
