import { insights } from "../../api/insights.ts";
import type { Insights as Found } from "../../api/insights.ts";
import { count, decimal, percentage } from "../../model/figures.ts";
import type { Filters } from "../../model/filters.ts";
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

type Tile = [name: string, value: string, more: string, narrowed?: Filters];

/** The whole period in six figures, each of which leads to its conversations. */
const Tiles = ({ found: { totals, start } }: { found: Found }) => {
  const of = (name: string): number => totals[name] ?? 0;
  const tiles: Tile[] = [
    ["Users", count(of("users")), `${count(of("new_users"))} new`],
    ["Sessions", count(of("sessions")), `${duration(of("length"))} on average`],
    ["Messages", count(of("user_messages") + of("bot_messages")), `${decimal(of("steps"), 1)} of the user a session`],
    ["Handled by the bot", percentage(totals["handled_rate"]), "sessions without a human"],
    ["Not understood", percentage(totals["fallback_rate"]), "of messages fell back", { intent: "nlu_fallback" }],
    ["Unsure", percentage(totals["unsure_rate"]), "of messages below 0.7", { below: "0.7" }],
  ];
  return (
    <dl class="tiles">
      {tiles.map(([name, value, more, narrowed]) => (
        <div key={name} class="tile">
          <dt>{name}</dt>
          <dd class="num">
            <a href={conversationsUrl({ from: String(Math.floor(start)), ...narrowed })}>{value}</a>
          </dd>
          <dd class="small muted">{more}</dd>
        </div>
      ))}
    </dl>
  );
};

/** Courses over the period; every place leads to its conversations. */
const Charts = ({ found }: { found: Found }) => {
  const { bin_centers: centers, bin_width: width, series } = found;
  const places = centers.map((center) => binName(center, width));
  const bin = (place: number): { from: string; until: string } => {
    const start = Math.floor((centers[place] ?? 0) - width / 2);
    return { from: String(start), until: String(start + width) };
  };
  const course = (
    title: string,
    fields: Record<string, string>,
    narrowed: Filters = {},
    write?: (value: number | null) => string,
  ) => (
    <Course
      title={title}
      lines={Object.entries(fields).map(([name, field]) => ({ name, values: series[field] ?? [] }))}
      places={places}
      links={(place) => conversationsUrl({ ...bin(place), ...narrowed })}
      {...(write && { write, most: 1 })}
    />
  );
  return (
    <div class="charts">
      {course("Sessions and users", { sessions: "sessions", users: "users" })}
      {course("Messages", { "of users": "user_messages", "of the bot": "bot_messages" })}
      {course(
        "Confidence of intents",
        { median: "confidence_median", "lowest tenth": "confidence_low" },
        { below: "0.7" },
        decimal,
      )}
      {course(
        "Handled and not understood",
        { "handled without a human": "handled_rate", "fell back": "fallback_rate" },
        { intent: "nlu_fallback" },
        percentage,
      )}
    </div>
  );
};

const Figures = ({ found }: { found: Found }) => (
  <>
    <Tiles found={found} />
    <Charts found={found} />
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
