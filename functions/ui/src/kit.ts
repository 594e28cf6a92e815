/** What the rooms of pages and tables share with each other and with later ones (see core.ts). */
import "./core.ts";
