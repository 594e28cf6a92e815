import type { ComponentChildren } from "preact";
import type { Loaded } from "../state/load.ts";
import { Failure, Waiting } from "./blank.tsx";

export interface Tab {
  to: string;
  label: string;
}

interface Props {
  title: string;
  /** The rooms of this room; the first one is where the room itself leads. */
  tabs?: Tab[];
  here?: string | undefined;
  actions?: ComponentChildren;
  children: ComponentChildren;
  /** Columns of their own instead of one that scrolls. */
  isFull?: boolean;
}

const Tabs = ({ title, tabs, here }: { title: string; tabs: Tab[]; here: string | undefined }) => (
  <nav class="tabs" aria-label={title}>
    {tabs.map((tab) => (
      <a key={tab.to} href={tab.to} aria-current={tab.to === here ? "page" : undefined}>
        {tab.label}
      </a>
    ))}
  </nav>
);

/** A room that is one page: its name, its parts, and what can be done. */
export const Page = ({ title, tabs, here, actions, children, isFull }: Props) => (
  <main class="col page">
    <div class="head">
      <h1 class="grow">{title}</h1>
      {actions}
    </div>
    {tabs && <Tabs title={title} tabs={tabs} here={here} />}
    {isFull ? (
      children
    ) : (
      <div class="scroll">
        <div class="sheetlike">{children}</div>
      </div>
    )}
  </main>
);

interface ShowProps<T> {
  from: Loaded<T>;
  what: string;
  children: (data: T) => ComponentChildren;
}

/** What was loaded; before that, that it is on its way or why it is not there. */
export function Show<T>({ from, what, children }: ShowProps<T>) {
  if (from.data !== undefined) return <>{children(from.data)}</>;
  if (from.problem === null) return <Waiting what={what} lines={4} />;
  return <Failure what={what} why={from.problem} again={from.reload} />;
}

interface SectionProps {
  title: string;
  /** What it means, under the title. */
  about?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export const Section = ({ title, about, actions, children }: SectionProps) => (
  <section class="part" aria-label={title}>
    <div class="row">
      <div class="grow">
        <h2 class="title">{title}</h2>
        {about && <p class="small muted">{about}</p>}
      </div>
      {actions}
    </div>
    {children}
  </section>
);
