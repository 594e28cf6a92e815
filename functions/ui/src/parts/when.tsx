import { clock, exact, iso, short } from "../model/time.ts";

/** A moment: short to read, exact when pointed at.. */
export const When = ({ at, hourOnly }: { at: number; hourOnly?: boolean }) => (
  <time class="num" dateTime={iso(at)} title={exact(at)}>
    {hourOnly ? clock(at) : short(at)}
  </time>
);
