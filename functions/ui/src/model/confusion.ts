/** One example of the test data, and what the model took it for. */
export interface Prediction {
  text: string;
  intent: string;
  predicted: string | null;
  confidence: number;
}

export interface Confusion {
  /** The intents that were taken for another one, or another one for them. */
  names: string[];
  /** The examples of an intent that were taken for another one. */
  at: (intent: string, predicted: string) => Prediction[];
  /** The largest number outside of the diagonal. */
  most: number;
}

const NONE = "none";

/** Who was taken for whom. Intents that were always recognised are left out: they have nothing to tell. */
export function confusion(predictions: Prediction[]): Confusion {
  const cells = new Map<string, Prediction[]>();
  const names = new Set<string>();
  let most = 0;
  for (const one of predictions) {
    const predicted = one.predicted || NONE;
    const cell = cells.get(`${one.intent}\n${predicted}`) ?? [];
    cells.set(`${one.intent}\n${predicted}`, [...cell, one]);
    if (one.intent === predicted) continue;
    names.add(one.intent).add(predicted);
    most = Math.max(most, cell.length + 1);
  }
  return { names: [...names].sort(), at: (intent, predicted) => cells.get(`${intent}\n${predicted}`) ?? [], most };
}
