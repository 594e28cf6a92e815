import { useState } from "../../view/hooks.ts";
import { act, at, read } from "../../api/manage.ts";
import { plural } from "../../model/figures.ts";
import { exact } from "../../model/time.ts";
import { Ask, Careful, Field, Plain } from "../../parts/dialog.tsx";
import { Section, Show } from "../../parts/page.tsx";
import { attempt, useLoad } from "../../state/load.ts";
import { may } from "../../state/token.ts";

const ALL = "/projects/default/git_repositories";
const NEWS_MS = 4_000;

interface Repository {
  id: number;
  repository_url: string;
  branch: string;
}

interface Status {
  is_connected: boolean;
  current_branch: string;
  local_changes: { path: string; change: string }[];
  is_remote_branch_ahead: boolean;
  conflicts: { path: string }[];
  error: { message: string } | null;
  checked_at: number | null;
  job: string | null;
}

const pathOf = (one: Repository, ...more: string[]): string => ALL + at(one.id, ...more);

function Connect({ close, again }: { close: () => void; again: () => Promise<void> }) {
  const key = useLoad("key", () => read<{ public_ssh_key: string }>(`${ALL}/public_ssh_key`));
  const connect = (given: FormData): Promise<unknown> => {
    const { password, username, ...facts } = Object.fromEntries(given);
    const proof = password ? { password, username } : { use_generated_ssh_keys: true };
    return act("POST", ALL, { ...facts, ...proof }).then(again);
  };
  return (
    <Ask title="Connect a repository" verb="Connect" work={connect} close={close}>
      <Field label="Address" name="repository_url" required placeholder="git@github.com:you/bot.git or https://…" />
      <Field label="Branch" name="target_branch" required defaultValue="main" />
      <Field label="User name" name="username" hint="For https:// only" />
      <Field label="Password or token" name="password" type="password" autocomplete="off" hint="Empty: the key below" />
      <Field label="Host key" name="known_hosts" hint="For ssh, where the server is your own" />
      <label class="field">
        <span>Where both sides have files</span>
        <select name="start_with">
          <option value="merge">merge them</option>
          <option value="local">Parlance's stay</option>
          <option value="remote">the repository's stay</option>
        </select>
      </label>
      <Show from={key} what="key">
        {(known) => (
          <div class="field">
            <span>Add this key to your git server, with the right to write</span>
            <code class="secret small">{known.public_ssh_key}</code>
          </div>
        )}
      </Show>
    </Ask>
  );
}

function Commit({ one, status, close, again }: CommitProps) {
  const commit = (given: FormData): Promise<unknown> => {
    const branch = String(given.get("branch"));
    return act("POST", pathOf(one, "branches", branch, "commits"), { message: given.get("message") }).then(again);
  };
  return (
    <Ask title="Commit and push" verb="Commit" work={commit} close={close}>
      <Field label="Message" name="message" required defaultValue="Edits made in Parlance" />
      <Field label="Branch" name="branch" required defaultValue={status.current_branch} hint="This one or a new one" />
    </Ask>
  );
}

interface CommitProps {
  one: Repository;
  status: Status;
  close: () => void;
  again: () => Promise<void>;
}

const standing = ({ is_connected, local_changes: { length } }: Status): string => {
  if (!is_connected) return "Never synchronised: nothing of Parlance is in the repository yet.";
  return length === 0 ? "Everything of Parlance is in the repository." : `${plural(length, "file")} changed here:`;
};

const State = ({ status }: { status: Status }) => (
  <>
    {status.error && <p class="note bad">{status.error.message}</p>}
    {status.conflicts.map(({ path }) => (
      <p key={path} class="note bad">
        {path} was changed on both sides in one place.
      </p>
    ))}
    <p role="status">
      {status.job && "At work… "}
      {status.is_connected && status.is_remote_branch_ahead && "There is something new in the repository. "}
      {standing(status)}
    </p>
    <ul class="small">
      {status.local_changes.map((edit) => (
        <li key={edit.path}>
          <span class="muted">{edit.change}</span> {edit.path}
        </li>
      ))}
    </ul>
    {status.checked_at && <p class="small muted">Looked at {exact(status.checked_at)}.</p>}
  </>
);

type Again = () => Promise<void>;

interface DeedsProps {
  one: Repository;
  status: Status | undefined;
  again: Again;
  look: Again;
  ask: () => void;
}

/** What can be done with the repository; `ask` opens the form of a commit. */
function Deeds({ one, status, again, look, ask }: DeedsProps) {
  const changes = status?.local_changes.length ?? 0;
  const sync = (body = {}): Promise<unknown> => attempt(() => act("POST", pathOf(one, "sync"), body)).then(look);
  const keep = (side: string) => () => sync({ start_with: side, resolve: { "*": side } });
  return (
    <>
      {status?.conflicts.length ? (
        <>
          <Plain verb="Keep Parlance's" work={keep("local")} />
          <Plain verb="Take the repository's" work={keep("remote")} />
        </>
      ) : null}
      {changes > 0 && (
        <Careful verb="Discard" what="all changes" work={() => act("DELETE", pathOf(one, "changes")).then(look)}>
          Files become again what they are in the repository.
        </Careful>
      )}
      <Careful verb="Disconnect" what="the repository" work={() => act("DELETE", pathOf(one)).then(again)}>
        The project's files stay as they are, here and there.
      </Careful>
      <Plain verb="Synchronise" work={() => sync()} />
      <button type="button" class="button primary" disabled={changes === 0} onClick={ask}>
        Commit
      </button>
    </>
  );
}

function Connected({ one, again }: { one: Repository; again: Again }) {
  const found = useLoad(`git ${one.id}`, () => read<Status>(pathOf(one, "status")), NEWS_MS);
  const [isAsking, setAsking] = useState(false);
  const deeds = may("repositories:update") && (
    <Deeds {...{ one, again }} status={found.data} look={found.reload} ask={() => setAsking(true)} />
  );
  return (
    <Section title="Git" about={`${one.repository_url}, branch ${one.branch}`} actions={deeds}>
      <Show from={found} what="repository">
        {(status) => (
          <>
            <State status={status} />
            {isAsking && <Commit {...{ one, status }} close={() => setAsking(false)} again={found.reload} />}
          </>
        )}
      </Show>
    </Section>
  );
}

/** The repository that the project is kept in. */
export function Git() {
  const found = useLoad("git", () => read<Repository[]>(ALL));
  const [isAsking, setAsking] = useState(false);
  return (
    <Show from={found} what="repository">
      {([one]) =>
        one ? (
          <Connected one={one} again={found.reload} />
        ) : (
          <Section
            title="Git"
            about="Keep the project's files in a repository: changes go both ways."
            actions={
              may("repositories:create") && (
                <button type="button" class="button primary" onClick={() => setAsking(true)}>
                  Connect
                </button>
              )
            }
          >
            <p class="none muted">No repository is connected.</p>
            {isAsking && <Connect close={() => setAsking(false)} again={found.reload} />}
          </Section>
        )
      }
    </Show>
  );
}
