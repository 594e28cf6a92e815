/** The rooms that teach and run the bot, in one file: they share their parts, and together they are smaller than one by one. */

export { Insights } from "./insights/index.tsx";
export { Models } from "./models/index.tsx";
export { Settings } from "./settings/index.tsx";
export { Stories } from "./stories/index.tsx";
