import { useLayoutEffect, useRef } from "../view/hooks.ts";
import type { JSX } from "preact";

type Props = JSX.IntrinsicElements["input"] & { value: string; tell: (value: string) => void };

/** A field that tells its value when one leaves it. Whatever is drawn until then leaves alone what was typed. */
export function Field({ value, tell, ...more }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (field.current) field.current.value = value;
  }, [value]);
  return <input ref={field} {...more} onChange={(event) => tell(event.currentTarget.value)} />;
}
