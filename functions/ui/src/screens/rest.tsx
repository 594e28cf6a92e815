/** Whatever the first screen can wait for, as one file: it is smaller whole than in parts, and fetched only once. The order is that in which it packs best. */
import "../app.tsx"; // already there: so the bundler keeps the first screen in one file

export { Inbox } from "./inbox/index.tsx";
export { Talk } from "./talk/index.tsx";
export { Editor } from "./conversations/editor.tsx";
export { Sheet } from "../shell/sheet.tsx";
export { Palette } from "../shell/palette.tsx";
export { FilterPanel } from "./conversations/panel.tsx";
export { Guest } from "./talk/guest.tsx";
export { BulkBar } from "./conversations/bulk.tsx";
export { Tools } from "./conversations/tools.tsx";
export { Stories } from "./stories/index.tsx";
export { TrainingData } from "./data/index.tsx";
export { Login } from "./login.tsx";
export { Models } from "./models/index.tsx";
export { Settings } from "./settings/index.tsx";
export { Insights } from "./insights/index.tsx";
