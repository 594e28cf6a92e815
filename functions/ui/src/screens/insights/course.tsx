import { count } from "../../model/figures.ts";
import type { Line } from "../../model/plot.ts";
import { Chart, Numbers } from "../../parts/chart.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import type { Column } from "../../parts/table.tsx";

interface Props {
  title: string;
  about?: string;
  lines: Line[];
  places: string[];
  /** What the places are. */
  what?: string;
  /** The conversations behind a place, or behind what one line has there. */
  links: (place: number, line?: number) => string;
  isByLine?: boolean;
  write?: (value: number | null) => string;
  most?: number;
  isBars?: boolean;
}

/** More lines than these are not told apart; the table has all. */
const MOST = 4;

const plain = (value: number | null): string => count(value ?? 0);

/** A chart with its numbers, each row of which leads to the conversations behind it. */
export function Course({
  title,
  about,
  lines,
  places,
  what = "When",
  links,
  write = plain,
  most,
  isBars,
  isByLine,
}: Props) {
  const columns: Column<number>[] = [
    { name: what, cell: (place) => <a href={links(place)}>{places[place]}</a> },
    ...lines.map((line, i) => ({
      name: line.name,
      cell: (place: number) => {
        const value = write(line.values[place] ?? null);
        return isByLine && line.values[place] ? <a href={links(place, i)}>{value}</a> : value;
      },
      isNumber: true as const,
    })),
  ];
  return (
    <Section title={title} {...(about && { about })}>
      <Chart
        title={title}
        lines={lines.slice(0, MOST)}
        places={places}
        write={write}
        most={most ?? 4}
        isBars={isBars ?? false}
      />
      <Numbers>
        <Table
          caption={title}
          rows={places.map((_, place) => place)}
          columns={columns}
          id={(place) => place}
          empty="Nothing happened yet."
        />
      </Numbers>
    </Section>
  );
}
