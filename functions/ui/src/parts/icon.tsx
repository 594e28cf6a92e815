/** Drawn on a 16 px grid with the pen of the text beside them. */
const PATHS = {
  talk: "M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z",
  conversations: "M2.5 4h11M2.5 8h11M2.5 12h7",
  filter: "M2.5 4h11M4.5 8h7M6.5 12h3",
  back: "M9.5 3.5 5 8l4.5 4.5",
  up: "M3.5 9.5 8 5l4.5 4.5",
  down: "M3.5 6.5 8 11l4.5-4.5",
  facts: "M2.5 3.5h11v9h-11zM9.5 3.5v9",
  copy: "M5.5 5.5h7v7h-7zM3.5 10.5v-7h7",
  close: "m4 4 8 8M12 4l-8 8",
  send: "M2.5 8h10M8.5 4l4 4-4 4",
  restart: "M12.8 6A5 5 0 1 0 13 9M13 3v3.2H9.8",
  person: "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 13.5a5 5 0 0 1 10 0",
  person_add: "M6.5 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5a5 5 0 0 1 10 0M12.5 4v4M10.5 6h4",
  eye: "M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8ZM8 9.6a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2Z",
  check: "m3.5 8.5 3 3 6-7",
  inbox: "M2.5 9.5 4.5 3h7l2 6.5v3.5h-11zM2.5 9.5h3l1 1.5h3l1-1.5h3",
  data: "M3 4.5c0-2.7 10-2.7 10 0s-10 2.7-10 0ZM3 4.5v7c0 2.7 10 2.7 10 0v-7M3 8c0 2.7 10 2.7 10 0",
  stories: "M4 3.5h3v3H4zM9 9.5h3v3H9zM5.5 6.5V11H9",
  models: "M8 2 13.5 5v6L8 14l-5.5-3V5zM2.5 5 8 8l5.5-3M8 8v6",
  insights: "M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6",
  settings:
    "M2.5 5h6M12.5 5h1M2.5 11h1M7.5 11h6M10.5 6.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM5.5 12.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5 14 14",
  flag: "M4 14V2.5h8L10 6l2 3.5H4",
  tag: "M2.5 2.5h5l6 6-5 5-6-6zM5.3 5.3h.1",
  more: "M3 8h.1M8 8h.1M13 8h.1",
  plus: "M8 3v10M3 8h10",
  trash: "M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9",
  download: "M8 2.5v8M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11",
  edit: "m3 13 .7-3L10.5 3.2l2.3 2.3L6 12.3z",
  link: "M6.5 9.5l3-3M7 4.5l1.6-1.6a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5l-1.6 1.6a2.8 2.8 0 0 1-4-4L5 7.5",
  later: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8 5v3.2l2 1.3",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
