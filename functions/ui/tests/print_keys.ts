import { keysTable } from "./keys_table.ts";

console.log(keysTable());
