import { type CachePrefix, type ExpiryHorizon, expiryHorizons } from './cache-observation.js';

/** Counts keys by what they begin with, and says of which the type and the time to live are wanted. */
export interface KeyTally {
  /** Counts a key; gives where to note its type and time to live, if it is to be sampled. */
  readonly count: (key: string) => ((type: string, milliseconds: number) => void) | undefined;
  readonly prefixes: () => Readonly<Record<string, CachePrefix>>;
  readonly others: () => CachePrefix;
}

interface Counter {
  keys: number;
  chosen: number;
  sampled: number;
  persistent: number;
  readonly types: Map<string, number>;
  readonly expiring: Map<ExpiryHorizon, number>;
}

/**
 * A tally over some prefixes. The first `sample` keys of each are sampled: a scan walks a table of hashes, so which come first is a
 * matter of chance.
 */
export function tallyKeys(prefixes: readonly string[], sample: number): KeyTally {
  const counters = new Map(prefixes.map((prefix) => [prefix, newCounter()]));
  const longestFirst = [...counters].sort(([a], [b]) => b.length - a.length);
  const rest = newCounter();
  const count: KeyTally['count'] = (key) => {
    const counter = longestFirst.find(([prefix]) => key.startsWith(prefix))?.[1] ?? rest;
    counter.keys += 1;
    if (counter.chosen >= sample) return undefined;
    counter.chosen += 1;
    return (type, milliseconds) => note(counter, type, milliseconds);
  };
  return {
    count,
    prefixes: () => Object.fromEntries([...counters].map(([prefix, counter]) => [prefix, totals(counter)])),
    others: () => totals(rest),
  };
}

function newCounter(): Counter {
  return { keys: 0, chosen: 0, sampled: 0, persistent: 0, types: new Map(), expiring: new Map() };
}

function note(counter: Counter, type: string, milliseconds: number): void {
  // Gone between the scan and the look.
  if (type === 'none' || milliseconds === -2) return;
  counter.sampled += 1;
  counter.types.set(type, (counter.types.get(type) ?? 0) + 1);
  if (milliseconds < 0) counter.persistent += 1;
  else {
    for (const [horizon, span] of expiryHorizons) {
      if (milliseconds <= span) counter.expiring.set(horizon, (counter.expiring.get(horizon) ?? 0) + 1);
    }
  }
}

function totals({ keys, sampled, persistent, types, expiring }: Counter): CachePrefix {
  return {
    keys,
    sampled,
    types: Object.fromEntries([...types].sort(([a], [b]) => (a < b ? -1 : 1))),
    persistent,
    expiringWithin: Object.fromEntries(expiryHorizons.map(([name]) => [name, expiring.get(name) ?? 0])) as Record<
      ExpiryHorizon,
      number
    >,
  };
}
