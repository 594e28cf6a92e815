/** Values that know who read them: whatever drew with one is drawn again when it changes. */
import { Component, options } from "preact";
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";

/** Something that reads signals: a component, an effect, a computed value. */
interface Reader {
  reads: Set<Signal<unknown>>;
  /** One of those that it read has changed. */
  wake: () => void;
}

let reader: Reader | null = null;

const newReader = (wake: () => void): Reader => ({ reads: new Set(), wake });

function forget(one: Reader): void {
  for (const signal of one.reads) signal.readers.delete(one);
  one.reads.clear();
}

/** Do `work`, and note what it reads for `one`. */
function noting<T>(one: Reader | null, work: () => T): T {
  const before = reader;
  if (one) forget(one);
  reader = one;
  try {
    return work();
  } finally {
    reader = before;
  }
}

export interface ReadonlySignal<T> {
  readonly value: T;
}

class Signal<T> {
  readonly readers = new Set<Reader>();
  constructor(private held: T) {}

  get value(): T {
    if (reader) {
      this.readers.add(reader);
      reader.reads.add(this as Signal<unknown>);
    }
    return this.held;
  }

  set value(next: T) {
    if (next === this.held) return;
    this.held = next;
    for (const one of [...this.readers]) if (this.readers.has(one)) one.wake();
  }

  /** Tell the value now and whenever it changes, until what is returned is called. */
  subscribe(tell: (value: T) => void): () => void {
    return effect(() => {
      const { value } = this;
      noting(null, () => tell(value));
    });
  }
}

export const signal = <T>(value: T): Signal<T> => new Signal(value);

/** What follows from other signals: kept up to date while somebody reads it, else worked out when it is asked for. */
export function computed<T>(work: () => T): ReadonlySignal<T> {
  const held = new Signal<T>(undefined as T);
  let isKnown = false;
  const find = (): void => {
    held.value = noting(me, work);
    isKnown = true;
  };
  const me = newReader(() => {
    if (held.readers.size > 0) return find();
    isKnown = false;
    forget(me);
  });
  return {
    get value() {
      if (!isKnown) find();
      return held.value;
    },
  };
}

/** Do `work` now and whenever something that it read changes; what it returns is called before the next time. */
export function effect(work: () => void | (() => void)): () => void {
  let end: void | (() => void);
  const run = (): void => {
    end?.();
    end = noting(me, work);
  };
  const me = newReader(run);
  run();
  return () => {
    forget(me);
    end?.();
  };
}

export const useSignal = <T>(value: T): Signal<T> => useState(() => signal(value))[0];

export function useComputed<T>(work: () => T): ReadonlySignal<T> {
  const latest = useRef(work);
  latest.current = work;
  return useState(() => computed(() => latest.current()))[0];
}

interface Drawn extends Component {
  reader?: Reader;
}

type Hook = (vnode: VNode & { __c?: Drawn }) => void;

/** Preact's own names: `__r` before a component is drawn, `__c` its instance. */
const hooks = options as Record<string, Hook | undefined>;

function on(name: string, work: Hook): void {
  const before = hooks[name];
  hooks[name] = (vnode) => {
    work(vnode);
    before?.(vnode);
  };
}

on("__r", ({ __c: one }) => {
  if (!one) return;
  reader = one.reader ??= newReader(() => one.setState({}));
  forget(reader);
});
on("diffed", () => (reader = null));
on("unmount", ({ __c: one }) => one?.reader && forget(one.reader));

const isSame = (a: object, b: object): boolean =>
  Object.keys({ ...a, ...b }).every((name) => a[name as never] === b[name as never]);

/** What draws with signals is drawn again for them, for its own state, or for other properties: not because its parent is. */
Component.prototype.shouldComponentUpdate = function (this: Drawn, props, state) {
  return !this.reader?.reads.size || state !== this.state || !isSame(props, this.props);
};
