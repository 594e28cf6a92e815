import { act } from "../../api/manage.ts";
import { Field } from "../../parts/dialog.tsx";
import { percentage } from "../../model/figures.ts";
import { PARTS, PartBoxes } from "../models/parts.tsx";
import { Listing } from "./listing.tsx";

interface Rules {
  evaluate: string[];
  folds: number;
  reparse_inbox: boolean;
  least_intent_f1: number | null;
  least_tests: number | null;
  least_stories: number | null;
}

const PATH = "/projects/default/automation";

/** The least that a model must reach to be served, by the field that says it. */
const LEAST = {
  least_intent_f1: "F1 of intents",
  least_tests: "whole conversations right",
  least_stories: "stories right",
} as const;

const LIMITS = Object.entries(LEAST) as [keyof typeof LEAST, string][];

const change = (given: FormData): object => ({
  evaluate: given.getAll("part"),
  folds: Number(given.get("folds")),
  reparse_inbox: given.has("reparse_inbox"),
  ...Object.fromEntries(LIMITS.map(([name]) => [name, given.get(name) ? Number(given.get(name)) / 100 : null])),
});

const Fields = ({ rules }: { rules: Rules }) => (
  <>
    <fieldset class="boxes">
      <legend>Evaluate every new model</legend>
      <PartBoxes chosen={rules.evaluate} />
    </fieldset>
    <Field
      label="Folds of the cross-validation"
      name="folds"
      type="number"
      min={2}
      max={10}
      required
      defaultValue={rules.folds}
    />
    <label class="row check">
      <input type="checkbox" name="reparse_inbox" defaultChecked={rules.reparse_inbox} />
      Predict the inbox anew with every new model
    </label>
    {LIMITS.map(([name, label]) => (
      <Field
        key={name}
        label={`Least ${label}, percent`}
        name={name}
        type="number"
        min={0}
        max={100}
        step="any"
        defaultValue={rules[name] === null ? "" : Number((rules[name] * 100).toFixed(4))}
        hint="Empty: no limit. A model below it is not served"
      />
    ))}
  </>
);

/** What follows a training by itself, and which models may not be served. */
export const Automation = () => (
  <Listing<Rules>
    title="Automation"
    about="What follows a training by itself, and which models may not be served."
    path={PATH}
    pick={(answer) => [answer as Rules]}
    id={() => "rules"}
    empty=""
    columns={[
      { name: "Evaluated", cell: (rules) => rules.evaluate.map((part) => PARTS[part]).join("; ") || "nothing" },
      { name: "Inbox", cell: (rules) => (rules.reparse_inbox ? "predicted anew" : "stays as it is") },
      ...LIMITS.map(([name, label]) => ({
        name: `Least ${label}`,
        cell: (rules: Rules) => (rules[name] === null ? "–" : percentage(rules[name])),
        isNumber: true as const,
      })),
    ]}
    edit={{
      verb: "Change",
      scope: "models.settings:update",
      title: () => "Change the rules",
      fields: (rules) => <Fields rules={rules as Rules} />,
      work: (given) => act("PUT", PATH, change(given)),
    }}
  />
);
