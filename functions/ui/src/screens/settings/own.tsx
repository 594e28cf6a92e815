import { useState } from "../../view/hooks.ts";
import { act, at } from "../../api/manage.ts";
import { Ask, Field, Plain } from "../../parts/dialog.tsx";
import { Section } from "../../parts/page.tsx";
import { When } from "../../parts/when.tsx";
import { tell } from "../../state/toasts.ts";
import { keep, may, session } from "../../state/token.ts";
import { Listing } from "./listing.tsx";
import type { Form } from "./listing.tsx";

interface Token {
  id: string;
  name: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  expired: boolean;
}

async function changePassword(given: FormData): Promise<void> {
  const body = Object.fromEntries(given);
  keep((await act<{ access_token: string }>("POST", "/user/password", body)).access_token);
  tell("The password is changed; other sessions have ended.");
}

const PASSWORDS = [
  ["old_password", "Present password", "current-password"],
  ["new_password", "New password", "new-password"],
  ["new_password_confirm", "New password again", "new-password"],
] as const;

const Password = () => {
  const [isAsking, setAsking] = useState(false);
  return (
    <Section
      title="Your account"
      about={`You are ${session.value?.username}.`}
      actions={may("user.password:update") && <Plain verb="Change password" work={() => setAsking(true)} />}
    >
      {isAsking && (
        <Ask title="Change your password" verb="Change" work={changePassword} close={() => setAsking(false)}>
          {PASSWORDS.map(([name, label, kind]) => (
            <Field key={name} label={label} name={name} type="password" autocomplete={kind} required />
          ))}
        </Ask>
      )}
    </Section>
  );
};

const until = (token: Token): unknown =>
  token.expired ? (
    <span class="tag bad">expired</span>
  ) : token.expires_at === null ? (
    "no end"
  ) : (
    <When at={token.expires_at} />
  );

const NEW_TOKEN: Form<Token> = {
  verb: "Make a token",
  scope: "apiTokens:create",
  title: () => "Make an API token",
  fields: () => (
    <>
      <Field label="Name" name="name" required maxLength={255} placeholder="What it is for" />
      <Field label="Days" name="days" type="number" min={1} max={3650} hint="Empty: until it is revoked" />
    </>
  ),
  work: async (given) => {
    const days = Number(given.get("days"));
    const body = { name: given.get("name"), ...(days > 0 && { expires_in_days: days }) };
    return (await act<{ token: string }>("POST", "/user/tokens", body)).token;
  },
};

/** One's own account: the password, and tokens for programs. */
export const Own = () => (
  <>
    <Password />
    <Listing<Token>
      title="API tokens"
      about="A program that carries one may do what you may do. Only a token's hash is stored."
      path="/user/tokens"
      id={(token) => token.id}
      empty="You have no API tokens."
      columns={[
        { name: "Name", cell: (token) => <bdi>{token.name}</bdi> },
        { name: "Made", cell: (token) => <When at={token.created_at} /> },
        {
          name: "Last used",
          cell: (token) => (token.last_used_at ? <When at={token.last_used_at} /> : <span class="muted">never</span>),
        },
        { name: "Until", cell: (token) => until(token) as string },
      ]}
      add={NEW_TOKEN}
      deeds={[
        {
          verb: "Revoke",
          scope: "apiTokens:delete",
          what: (token) => token.name,
          warning: "Programs that carry it are out at once.",
          work: (token) => act("DELETE", at("user", "tokens", token.id)),
        },
      ]}
    />
  </>
);
