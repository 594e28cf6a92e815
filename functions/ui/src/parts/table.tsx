import type { ComponentChildren } from "preact";

export interface Column<R> {
  name: string;
  cell: (row: R) => ComponentChildren;
  /** Digits stand below each other. */
  isNumber?: true;
  /** The column holds buttons; its name is for those who hear it. */
  isActions?: true;
}

interface Props<R> {
  caption: string;
  rows: readonly R[];
  columns: readonly Column<R>[];
  id: (row: R) => string | number;
  /** Said where there are no rows. */
  empty: ComponentChildren;
}

const kind = (column: { isNumber?: true; isActions?: true }): string | undefined =>
  column.isNumber ? "num" : column.isActions ? "acts" : undefined;

/** A table whose first column names the row. */
export function Table<R>({ caption, rows, columns, id, empty }: Props<R>) {
  if (rows.length === 0) return <div class="none muted">{empty}</div>;
  return (
    <div class="tablebox" tabIndex={0}>
      <table>
        <caption class="sr">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={kind(column)}>
                {column.isActions ? <span class="sr">{column.name}</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map((column, i) =>
                i === 0 ? (
                  <th key={column.name} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.name} class={kind(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
