import { insights } from "../../api/insights.ts";
import type { Insights as Found } from "../../api/insights.ts";
import { count, decimal, percentage } from "../../model/figures.ts";
import { PERIODS, binName, bounds, readPeriod } from "../../model/period.ts";
import { conversationsUrl } from "../../model/route.ts";
import type { Rest } from "../../model/route.ts";
import { duration } from "../../model/time.ts";
import { Page, Show } from "../../parts/page.tsx";
import { useLoad } from "../../state/load.ts";
import { go } from "../../state/location.ts";
import { Course } from "./course.tsx";
import { Groups, Intents } from "./groups.tsx";

const NEWS_MS = 60_000;

interface TileProps {
  name: string;
  value: string;
  more?: string;
  to?: string;
}

const Tile = ({ name, value, more, to }: TileProps) => (
  <div class="tile">
    <dt>{name}</dt>
    <dd class="num">{to ? <a href={to}>{value}</a> : value}</dd>
    {more && <dd class="small muted">{more}</dd>}
  </div>
);

const Tiles = ({ found: { totals, start } }: { found: Found }) => {
  const of = (name: string): number => totals[name] ?? 0;
  const from = String(Math.floor(start));
  return (
    <dl class="tiles">
      <Tile
        name="Users"
        value={count(of("users"))}
        more={`${count(of("new_users"))} new`}
        to={conversationsUrl({ from })}
      />
      <Tile name="Sessions" value={count(of("sessions"))} more={`${duration(of("length"))} on average`} />
      <Tile
        name="Messages"
        value={count(of("user_messages") + of("bot_messages"))}
        more={`${decimal(of("steps"), 1)} of the user a session`}
      />
      <Tile name="Handled by the bot" value={percentage(totals["handled_rate"])} more="sessions without a human" />
      <Tile
        name="Not understood"
        value={percentage(totals["fallback_rate"])}
        more="of messages fell back"
        to={conversationsUrl({ from, intent: "nlu_fallback" })}
      />
      <Tile
        name="Unsure"
        value={percentage(totals["unsure_rate"])}
        more="of messages below 0.7"
        to={conversationsUrl({ from, below: "0.7" })}
      />
    </dl>
  );
};

const Figures = ({ found }: { found: Found }) => {
  const { bin_centers: centers, bin_width: width, series } = found;
  const places = centers.map((center) => binName(center, width));
  const bin = (place: number): { from: string; until: string } => {
    const start = Math.floor((centers[place] ?? 0) - width / 2);
    return { from: String(start), until: String(start + width) };
  };
  const line = (name: string, field: string): { name: string; values: (number | null)[] } => ({
    name,
    values: series[field] ?? [],
  });
  const shared = { places, links: (place: number) => conversationsUrl(bin(place)) };
  const odd = (filter: { below?: string; intent?: string }) => (place: number) =>
    conversationsUrl({ ...bin(place), ...filter });
  return (
    <>
      <Tiles found={found} />
      <div class="charts">
        <Course title="Sessions and users" lines={[line("sessions", "sessions"), line("users", "users")]} {...shared} />
        <Course
          title="Messages"
          lines={[line("of users", "user_messages"), line("of the bot", "bot_messages")]}
          {...shared}
        />
        <Course
          title="Confidence of intents"
          lines={[line("median", "confidence_median"), line("lowest tenth", "confidence_low")]}
          write={decimal}
          most={1}
          places={places}
          links={odd({ below: "0.7" })}
        />
        <Course
          title="Handled and not understood"
          lines={[line("handled without a human", "handled_rate"), line("fell back", "fallback_rate")]}
          write={percentage}
          most={1}
          places={places}
          links={odd({ intent: "nlu_fallback" })}
        />
      </div>
      <Intents found={found} />
      <Course
        title="How far sessions go"
        about="Sessions with at least so many messages of the user."
        lines={[{ name: "sessions", values: found.drop_off }]}
        places={found.drop_off.map((_, i) => String(i + 1))}
        what="Messages"
        links={(place) => conversationsUrl({ from: String(Math.floor(found.start)), messages: String(place + 1) })}
        isBars
      />
      <Groups found={found} title="Channels" groups={found.channels} />
      <Groups found={found} title="Models" groups={found.models} />
      {found.sample < 1 && (
        <p class="small muted">
          Rates, intents, channels and models are read from {percentage(found.sample)} of the sessions; the counts above
          are of all.
        </p>
      )}
    </>
  );
};

/** How a period went, in figures that lead to the conversations behind them. */
export function Insights({ search }: Rest) {
  const period = readPeriod(search);
  const load = (): Promise<Found> => {
    const { start, end, window } = bounds(period, new Date());
    return insights(start, end, window);
  };
  const found = useLoad(`insights ${period.days}`, load, NEWS_MS);
  return (
    <Page
      title="Insights"
      actions={
        <select
          aria-label="Period"
          class="narrow"
          value={period.days}
          onChange={(event) => go(`/insights?days=${event.currentTarget.value}`)}
        >
          {PERIODS.map((one) => (
            <option key={one.days} value={one.days}>
              {one.label}
            </option>
          ))}
        </select>
      }
    >
      <Show from={found} what="insights">
        {(known) => <Figures found={known} />}
      </Show>
    </Page>
  );
}
