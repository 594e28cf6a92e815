/** Whatever the first screen can wait for, as one file: it is smaller whole than in parts, and fetched only once. */
import "../app.tsx"; // already there: so the bundler keeps the first screen in one file

export { Sheet } from "../shell/sheet.tsx";
export { Palette } from "../shell/palette.tsx";
export { BulkBar } from "./conversations/bulk.tsx";
export { Editor } from "./conversations/editor.tsx";
export { FilterPanel } from "./conversations/panel.tsx";
export { Tools } from "./conversations/tools.tsx";
export { TrainingData } from "./data/index.tsx";
export { Guest } from "./talk/guest.tsx";
export { Inbox } from "./inbox/index.tsx";
export { Login } from "./login.tsx";
export { Insights, Models, Settings, Stories } from "./run.tsx";
export { Talk } from "./talk/index.tsx";
