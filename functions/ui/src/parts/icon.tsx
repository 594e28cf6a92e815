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
  later: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8 5v3.2l2 1.3",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
