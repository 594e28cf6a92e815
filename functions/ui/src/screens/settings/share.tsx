import { useState } from "../../view/hooks.ts";
import { ApiError } from "../../api/call.ts";
import { act, read } from "../../api/manage.ts";
import { guestUrl } from "../../model/route.ts";
import { exact } from "../../model/time.ts";
import { Ask, Careful, Field, Plain } from "../../parts/dialog.tsx";
import { Section, Show } from "../../parts/page.tsx";
import { useLoad } from "../../state/load.ts";
import { tell } from "../../state/toasts.ts";
import { may } from "../../state/token.ts";

interface Link {
  chat_token: string;
  bot_name: string;
  description: string;
  expires: number;
}

/** The link as it is; null while the bot is not shared. */
async function find(): Promise<Link | null> {
  try {
    return await read<Link>("/chatToken");
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

const copy = (text: string): void => void navigator.clipboard.writeText(text).then(() => tell("Link copied."));

const Present = ({ link }: { link: Link }) => {
  const url = location.origin + guestUrl(link.chat_token);
  return (
    <>
      <div class="row">
        <input aria-label="Link for guests" readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
        <Plain verb="Copy" work={() => copy(url)} />
      </div>
      <p class="small muted">
        Guests see “<bdi>{link.bot_name}</bdi>”. {link.expires * 1000 < Date.now() ? "It ended" : "It works until"}{" "}
        {exact(link.expires)}.
      </p>
    </>
  );
};

const Revoke = ({ again }: { again: () => Promise<void> }) => (
  <Careful verb="Revoke" what="the link" work={() => act("DELETE", "/chatToken").then(again)}>
    Guests are out at once.
  </Careful>
);

/** The link by which guests talk to the bot. */
export function Share() {
  const found = useLoad("share", find);
  const [isAsking, setAsking] = useState(false);
  const share = (given: FormData): Promise<unknown> =>
    act("PUT", "/chatToken", {
      bot_name: given.get("bot_name"),
      description: given.get("description"),
      expires_in_days: Number(given.get("days")),
    }).then(found.reload);
  return (
    <Section
      title="Share your bot"
      about="Whoever has the link may talk to the bot, and see nothing else."
      actions={
        may("chatToken:update") &&
        found.data !== undefined && (
          <>
            {found.data && <Revoke again={found.reload} />}
            <button type="button" class="button primary" onClick={() => setAsking(true)}>
              {found.data ? "Renew" : "Share"}
            </button>
          </>
        )
      }
    >
      <Show from={found} what="link">
        {(link) => (link ? <Present link={link} /> : <p class="none muted">The bot is not shared.</p>)}
      </Show>
      {isAsking && (
        <Ask title="Share your bot" verb="Share" work={share} close={() => setAsking(false)}>
          <Field
            label="Name of the bot"
            name="bot_name"
            required
            maxLength={255}
            defaultValue={found.data?.bot_name ?? ""}
          />
          <Field label="Description" name="description" maxLength={255} defaultValue={found.data?.description ?? ""} />
          <Field label="Days" name="days" type="number" min={1} max={365} required defaultValue={30} />
        </Ask>
      )}
    </Section>
  );
}
