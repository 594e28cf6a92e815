/** What of a model can be evaluated. */
export const PARTS: Record<string, string> = {
  nlu: "Understanding, on the training data",
  cross_validation: "Understanding, on data it was not trained with",
  stories: "Deciding, on the stories",
  tests: "Whole conversations",
};

export const PartBoxes = ({ chosen }: { chosen: readonly string[] }) => (
  <>
    {Object.entries(PARTS).map(([part, label]) => (
      <label key={part} class="row check">
        <input type="checkbox" name="part" value={part} defaultChecked={chosen.includes(part)} />
        {label}
      </label>
    ))}
  </>
);
