import { act, at, read } from "../../api/manage.ts";
import { Field } from "../../parts/dialog.tsx";
import { Show } from "../../parts/page.tsx";
import { useLoad } from "../../state/load.ts";
import { session } from "../../state/token.ts";
import { Listing } from "./listing.tsx";
import type { Deed, Form } from "./listing.tsx";

interface User {
  username: string;
  roles: string[];
  authentication_mechanism: string;
}

interface Role {
  role: string;
  grants: { default?: Record<string, { view: boolean; modify: boolean }> };
  description: string;
  is_default: boolean;
  built_in: boolean;
}

const isOther = (user: User): boolean => user.username !== session.value?.username;

function Choose({ chosen }: { chosen: string[] }) {
  const roles = useLoad("roles", () => read<Role[]>("/roles"));
  return (
    <fieldset class="boxes">
      <legend>Roles</legend>
      <Show from={roles} what="roles">
        {(all) =>
          all.map(({ role }) => (
            <label key={role} class="row check">
              <input type="checkbox" name="role" value={role} defaultChecked={chosen.includes(role)} />
              {role}
            </label>
          ))
        }
      </Show>
    </fieldset>
  );
}

const NEW_USER: Form<User> = {
  verb: "Add a user",
  scope: "users:create",
  title: () => "Add a user",
  fields: () => (
    <>
      <Field label="User name" name="username" required maxLength={255} />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="new-password"
        required
        hint="To be changed by them under Your account"
      />
      <Choose chosen={[]} />
    </>
  ),
  work: (given) => {
    const { username, password } = Object.fromEntries(given);
    return act("POST", "/users", { username, password, roles: given.getAll("role") }).then(() => undefined);
  },
};

const name = (user: User): string => user.username;

const DEEDS: Deed<User>[] = [
  {
    verb: "Sign out",
    scope: "users:update",
    what: name,
    warning: "Every session ends now; API tokens stay.",
    work: (user) => act("DELETE", at("users", user.username, "sessions")),
    fits: isOther,
  },
  {
    verb: "Delete",
    scope: "users:delete",
    what: name,
    warning: "The account and its API tokens are gone for good. What they did stays in the audit log.",
    work: (user) => act("DELETE", at("users", user.username)),
    fits: isOther,
  },
];

/** Who may come in, and with which roles. */
export const Users = () => (
  <Listing<User>
    title="Users"
    about="Each has roles; what a role allows stands under Roles. Changes count at once."
    path="/users"
    id={name}
    empty="Nobody."
    columns={[
      { name: "User", cell: (user) => <bdi>{user.username}</bdi> },
      { name: "Roles", cell: (user) => user.roles.join(", ") || <span class="muted">none</span> },
      {
        name: "Comes in by",
        cell: (user) => (user.authentication_mechanism === "username_and_password" ? "password" : "single sign-on"),
      },
    ]}
    add={NEW_USER}
    edit={{
      verb: "Roles",
      scope: "users:update",
      title: (user) => `Roles of ${user?.username}`,
      fields: (user) => <Choose chosen={user?.roles ?? []} />,
      work: (given, user) => act("PUT", at("users", user?.username ?? "", "roles"), given.getAll("role")),
    }}
    deeds={DEEDS}
  />
);

const LEVELS = ["nothing", "view", "modify"] as const;
const words = (category: string): string => category.replaceAll("_", " ");

const levelOf = (role: Role | null, category: string): string => {
  const grant = role?.grants.default?.[category];
  return grant?.modify ? "modify" : grant?.view ? "view" : "nothing";
};

function Grants({ role }: { role: Role | null }) {
  const known = useLoad("admin", () => read<Role>("/roles/admin"));
  return (
    <Show from={known} what="permissions">
      {(admin) => (
        <fieldset class="grants">
          <legend>May</legend>
          {Object.keys(admin.grants.default ?? {}).map((category) => (
            <label key={category} class="row">
              <span class="grow">{words(category)}</span>
              <select name={category} class="narrow">
                {LEVELS.map((level) => (
                  <option key={level} selected={levelOf(role, category) === level}>
                    {level}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </fieldset>
      )}
    </Show>
  );
}

const ABOUT = ["role", "description", "is_default"];

const bodyOf = (given: FormData): object => ({
  description: given.get("description"),
  is_default: given.has("is_default"),
  grants: {
    default: Object.fromEntries(
      [...given]
        .filter(([name, level]) => !ABOUT.includes(name) && level !== "nothing")
        .map(([name, level]) => [name, { view: true, modify: level === "modify" }]),
    ),
  },
});

const RoleFields = ({ role }: { role: Role | null }) => (
  <>
    {!role && <Field label="Name" name="role" required maxLength={255} />}
    <Field label="Description" name="description" defaultValue={role?.description ?? ""} />
    <label class="row check">
      <input type="checkbox" name="is_default" defaultChecked={role?.is_default ?? false} />
      Given to new accounts without a role
    </label>
    <Grants role={role} />
  </>
);

const may = (role: Role): string => {
  const grants = Object.entries(role.grants.default ?? {});
  const of = (isModify: boolean): string =>
    grants
      .filter(([, level]) => level.modify === isModify)
      .map(([name]) => words(name))
      .join(", ");
  return [of(true) && `modify ${of(true)}`, of(false) && `view ${of(false)}`].filter(Boolean).join("; ") || "nothing";
};

/** What the roles allow: the four that are built in, and one's own. */
export const Roles = () => (
  <Listing<Role>
    title="Roles"
    about="Nobody hands out more than they hold themselves."
    path="/roles"
    id={(role) => role.role}
    empty="None."
    columns={[
      { name: "Role", cell: (role) => <bdi>{role.role}</bdi> },
      { name: "May", cell: (role) => <span class="clip small">{may(role)}</span> },
      { name: "For new accounts", cell: (role) => (role.is_default ? "yes" : "no") },
      { name: "Kind", cell: (role) => (role.built_in ? "built-in" : role.description || "own") },
    ]}
    add={{
      verb: "Add a role",
      scope: "roles:create",
      title: () => "Add a role",
      fields: () => <RoleFields role={null} />,
      work: (given) => act("POST", "/roles", { role: given.get("role"), ...bodyOf(given) }).then(() => undefined),
    }}
    edit={{
      verb: "Change",
      scope: "roles:update",
      title: (role) => `Change ${role?.role}`,
      fields: (role) => <RoleFields role={role} />,
      work: (given, role) => act("PUT", at("roles", role?.role ?? ""), bodyOf(given)),
      fits: (role) => !role.built_in,
    }}
    deeds={[
      {
        verb: "Delete",
        scope: "roles:delete",
        what: (role) => role.role,
        warning: "Only a role that nobody holds can be deleted.",
        work: (role) => act("DELETE", at("roles", role.role)),
        fits: (role) => !role.built_in,
      },
    ]}
  />
);
