import { act, at } from "../../api/manage.ts";
import { Field } from "../../parts/dialog.tsx";
import { Listing } from "./listing.tsx";

interface Environment {
  name: string;
  tag: string | null;
  state: "on" | "off" | "asleep";
  wanted: number;
  running: number;
  schedule?: { wakes: string; sleeps: string; zone: string } | null;
  /** Of the canary only: its percentage of new conversations. */
  share?: number;
  message?: string;
}

const hours = ({ schedule, message }: Environment): string =>
  schedule ? `${schedule.wakes} to ${schedule.sleeps}, ${schedule.zone}` : (message ?? "always");

/** What the form says: without an hour to wake there is no schedule. */
function change(given: FormData, one: Environment | null): object {
  const { state, wakes, sleeps, share } = Object.fromEntries(given);
  const zone = one?.schedule?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    state,
    schedule: wakes && sleeps ? { ...one?.schedule, wakes, sleeps, zone } : null,
    ...(share !== undefined && state === "on" && { share: Number(share) }),
  };
}

const Fields = ({ one }: { one: Environment | null }) => (
  <>
    <Field label="State" name="state">
      <select name="state">
        {["on", "off", "asleep"].map((state) => (
          <option key={state} selected={one?.state === state}>
            {state}
          </option>
        ))}
      </select>
    </Field>
    <Field
      label="Wakes at"
      name="wakes"
      type="time"
      defaultValue={one?.schedule?.wakes ?? ""}
      hint="Empty: no schedule"
    />
    <Field label="Sleeps at" name="sleeps" type="time" defaultValue={one?.schedule?.sleeps ?? ""} />
    {one?.share !== undefined && (
      <Field
        label="Share of new conversations, percent"
        name="share"
        type="number"
        min={0}
        max={100}
        defaultValue={one.share}
      />
    )}
  </>
);

/** The Rasa servers of the installation: what runs, who sleeps when, and the canary's share. */
export const Environments = () => (
  <Listing<Environment>
    title="Environments"
    about="Each is a Rasa of its own that serves the model with its tag. One that sleeps is woken by a message."
    path="/environments"
    pick={(answer) => (answer as { details: Environment[] }).details}
    everyMs={5_000}
    id={(one) => one.name}
    empty="None."
    columns={[
      { name: "Environment", cell: (one) => one.name },
      { name: "State", cell: (one) => <span class={one.state === "on" ? "pill" : "pill off"}>{one.state}</span> },
      { name: "Servers", cell: (one) => (one.tag ? `${one.running} of ${one.wanted}` : "–"), isNumber: true },
      { name: "Hours", cell: hours },
      { name: "Share", cell: (one) => (one.share === undefined ? "–" : `${one.share} %`), isNumber: true },
    ]}
    edit={{
      verb: "Change",
      scope: "environments:update",
      title: (one) => `Change ${one?.name}`,
      fields: (one) => <Fields one={one} />,
      work: (given, one) => act("PUT", at("environments", one?.name ?? ""), change(given, one)),
      fits: (one) => one.tag !== null,
    }}
  />
);
