/** Values that know who read them: whatever drew with one is drawn again when it changes. */

/** Something that reads signals: a component, an effect, a computed value. */
export interface Reader {
  reads: Set<Signal<unknown>>;
  /** One of those that it read has changed. */
  wake: () => void;
}

let reader: Reader | null = null;

/** Do something that must not stop what comes after it: what it throws is reported. */
export function guarded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

export const newReader = (wake: () => void): Reader => ({ reads: new Set(), wake });

export function forget(one: Reader): void {
  for (const signal of one.reads) signal.readers.delete(one);
  one.reads.clear();
}

/** Do `work`, and note what it reads for `one`, instead of what that read before. */
export function noting<T>(one: Reader | null, work: () => T): T {
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

export class Signal<T> {
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
    for (const one of [...this.readers]) if (this.readers.has(one)) guarded(one.wake);
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
    isKnown = false;
    const found = noting(me, work);
    isKnown = true;
    held.value = found;
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
