import { ApiError } from "../../api/call.ts";
import { read } from "../../api/manage.ts";
import { importZip, project } from "../../api/teach.ts";
import type { Problem, Project } from "../../api/teach.ts";
import { bytes, plural } from "../../model/figures.ts";
import { useState } from "../../view/hooks.ts";
import { Ask } from "../../parts/dialog.tsx";
import { Page, Section, Show } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { attempt, useLoad } from "../../state/load.ts";
import { tell } from "../../state/toasts.ts";
import { may } from "../../state/token.ts";
import { tabs } from "./tabs.ts";

interface File {
  path: string;
  text: string;
  problems: Problem[];
}

const filesOf = ({ files, problems }: Project): File[] =>
  Object.entries(files)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([path, text]) => ({ path, text, problems: problems.filter((one) => one.path === path) }));

/** All files as a zip: the API says where it lies. */
const save = (): Promise<boolean> =>
  attempt(async () => location.assign((await read<{ url: string }>("/projects/default/files/zip")).url));

const COLUMNS = [
  { name: "File", cell: (file: File) => file.path },
  { name: "Lines", cell: (file: File) => file.text.split("\n").length, isNumber: true as const },
  { name: "Size", cell: (file: File) => bytes(new Blob([file.text]).size), isNumber: true as const },
  {
    name: "Problems",
    cell: (file: File) =>
      file.problems.length === 0 ? (
        <span class="muted">none</span>
      ) : (
        <ul>
          {file.problems.map((one, i) => (
            <li key={i}>
              <span class={one.severity === "error" ? "tag bad" : "tag"}>{one.severity}</span> line {one.line}:{" "}
              {one.message}
            </li>
          ))}
        </ul>
      ),
  },
];

/** What a gateway lets through; a project of texts is far smaller. */
const MOST = 4_500_000;

function Import({ again, close }: { again: () => Promise<void>; close: () => void }) {
  const bring = async (given: FormData): Promise<void> => {
    const zip = given.get("zip") as Blob;
    if (zip.size > MOST) throw new ApiError(413, "The zip is too large: leave models, caches and pictures out.");
    const { files, left_out = [] } = await importZip(zip);
    const not = left_out.length > 0 ? `, ${plural(left_out.length, "file")} left out (code, credentials)` : "";
    tell(`${plural(Object.keys(files).length, "file")} brought in${not}.`);
    await again();
  };
  return (
    <Ask title="Import a project" verb="Replace the project" isDangerous work={bring} close={close}>
      <p>The zip takes the place of all files: export them first.</p>
      <label class="field">
        <span>Zip file</span>
        <input type="file" name="zip" accept=".zip" required />
      </label>
    </Ask>
  );
}

/** Every file of the project, and what is wrong in it; all of it in and out as a zip. */
export function ProjectPage() {
  const found = useLoad("project", project);
  const [isAsking, setAsking] = useState(false);
  return (
    <Page
      title="Files"
      tabs={tabs()}
      here="/stories/project"
      actions={
        <>
          {may("files:update") && (
            <button type="button" class="button" onClick={() => setAsking(true)}>
              Import
            </button>
          )}
          <button type="button" class="button" onClick={() => void save()}>
            Export
          </button>
        </>
      }
    >
      {isAsking && <Import again={found.reload} close={() => setAsking(false)} />}
      <Show from={found} what="project">
        {(whole) => (
          <Section title="The project">
            <Table
              caption="Files"
              rows={filesOf(whole)}
              columns={COLUMNS}
              id={(file) => file.path}
              empty="No files yet: import a project."
            />
          </Section>
        )}
      </Show>
    </Page>
  );
}
