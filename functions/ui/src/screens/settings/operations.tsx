import { act, at, read } from "../../api/manage.ts";
import { jobs } from "../../api/models.ts";
import { bytes, plural } from "../../model/figures.ts";
import { duration } from "../../model/time.ts";
import { Plain } from "../../parts/dialog.tsx";
import { Section, Show } from "../../parts/page.tsx";
import { When } from "../../parts/when.tsx";
import { attempt, useLoad } from "../../state/load.ts";
import { tell } from "../../state/toasts.ts";
import { may } from "../../state/token.ts";
import { Recent } from "../models/recent.tsx";
import { Listing } from "./listing.tsx";

const NEWS_MS = 5_000;

interface Letter {
  id: string;
  environment: string;
  reason: string;
  received_at: number;
  size: number;
}

interface Ticket {
  ticket: number;
  node: string;
  age: number;
}

interface Lock {
  sender_id: string;
  holder: Ticket;
  waiting: Ticket[];
}

interface Line {
  id: number;
  at: number;
  actor: string;
  via: string;
  action: string;
  object: string;
}

async function redriveAll(): Promise<void> {
  const { sent, waiting } = await act<{ sent: number; waiting: number }>("POST", "/deadLetters/redrive");
  tell(`${plural(sent, "message")} sent again${waiting > 0 ? `, ${waiting} still wait` : ""}.`);
}

/** Messages that could not be stored. */
const Letters = () => (
  <Listing<Letter>
    title="Dead letters"
    about="Messages of Rasa servers that could not be stored, kept whole until somebody sends them again."
    path="/deadLetters"
    everyMs={NEWS_MS}
    id={(letter) => letter.id}
    empty="None: every message was stored."
    columns={[
      { name: "Reason", cell: (letter) => <span class="clip">{letter.reason}</span> },
      { name: "Came", cell: (letter) => <When at={letter.received_at} /> },
      { name: "Environment", cell: (letter) => letter.environment },
      { name: "Size", cell: (letter) => bytes(letter.size), isNumber: true },
    ]}
    more={(letters, again) =>
      letters.length > 0 &&
      may("deadLetters:update") && <Plain verb="Send all again" work={() => attempt(redriveAll).then(again)} />
    }
    deeds={[
      {
        verb: "Send again",
        scope: "deadLetters:update",
        what: () => "the message",
        warning: "Refused once more, it is listed once more.",
        work: (letter) => act("POST", at("deadLetters", letter.id, "redrive")),
      },
    ]}
  />
);

/** Conversations that are being worked on now. */
const Locks = () => (
  <Listing<Lock>
    title="Locks"
    about="Conversations that Rasa is working on now, the longest held first."
    path="/locks"
    everyMs={NEWS_MS}
    id={(lock) => lock.sender_id}
    empty="Nobody is talking at this moment."
    columns={[
      { name: "Conversation", cell: (lock) => <bdi>{lock.sender_id}</bdi> },
      { name: "Held for", cell: (lock) => duration(lock.holder.age), isNumber: true },
      { name: "By", cell: (lock) => lock.holder.node },
      { name: "Waiting", cell: (lock) => lock.waiting.length, isNumber: true },
    ]}
    deeds={[
      {
        verb: "Release",
        scope: "locks:update",
        what: (lock) => lock.sender_id,
        warning: "The message that is being answered is given up; the next one gets its turn.",
        work: (lock) => act("DELETE", at("locks", lock.sender_id, lock.holder.ticket)),
      },
    ]}
  />
);

const Jobs = () => {
  const found = useLoad("jobs", jobs, NEWS_MS, ["job_changed"]);
  return (
    <Show from={found} what="jobs">
      {(all) => <Recent jobs={all} again={found.reload} />}
    </Show>
  );
};

/** What waits, what hangs, what was refused, what is at work. */
export const Operations = () => (
  <>
    {may("deadLetters:list") && <Letters />}
    {may("locks:list") && <Locks />}
    {may("models.jobs:get") && <Jobs />}
  </>
);

/** Who did what. */
export const Audit = () => (
  <Listing<Line>
    title="Audit log"
    about="Who changed what, the newest first. Never what was said in a conversation."
    path="/audit"
    isPaged
    id={(line) => String(line.id)}
    empty="Nothing was changed yet."
    columns={[
      { name: "Who", cell: (line) => <bdi>{line.actor}</bdi> },
      { name: "When", cell: (line) => <When at={line.at} /> },
      { name: "What", cell: (line) => line.action },
      { name: "To", cell: (line) => <bdi>{line.object}</bdi> },
      { name: "Proof", cell: (line) => line.via.replaceAll("_", " ") },
    ]}
  />
);

type Part = Record<string, unknown> & { status?: number | string; message?: string };

const isWell = (part: Part): boolean => [200, "ok", "completed"].includes(part.status ?? "");
const pill = (part: Part): string => (part.state === "asleep" ? "asleep" : isWell(part) ? "well" : "not well");
const NAMES: Record<string, string> = {
  production: "Rasa production",
  worker: "Training",
  database_migration: "Database",
  events: "Events",
};

const facts = ({ status: _, state: __, message, ...part }: Part): string =>
  [message, ...Object.entries(part).map(([name, value]) => `${name.replaceAll("_", " ")} ${String(value)}`)]
    .filter(Boolean)
    .join(" · ");

/** How every part of the installation is. */
export function Health() {
  const found = useLoad("health", () => read<Record<string, Part | string>>("/health"), NEWS_MS);
  return (
    <Section title="Health" about="Every part is asked, again and again.">
      <Show from={found} what="health">
        {(all) => (
          <ul class="parts">
            {Object.entries(all)
              .filter((one): one is [string, Part] => typeof one[1] === "object")
              .map(([name, part]) => (
                <li key={name}>
                  <span class={isWell(part) ? "pill" : "tag bad"}>{pill(part)}</span>
                  <b>{NAMES[name] ?? name}</b>
                  <span class="small muted">{facts(part)}</span>
                </li>
              ))}
          </ul>
        )}
      </Show>
    </Section>
  );
}
