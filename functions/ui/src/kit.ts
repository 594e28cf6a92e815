/** What the rooms of pages and tables share: each of them begins with importing this, so that it is one file (see core.ts). */
import "./core.ts";
import "./parts/dialog.tsx";
import "./parts/page.tsx";
import "./parts/table.tsx";
import "./state/load.ts";
