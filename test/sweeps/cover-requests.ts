import type { Trouble } from './spoiler.js';
import type { Strike } from './sweep.js';

/**
 * What passes by itself, at all requests of one run. A lost answer to a conditional put costs the SDK some of its quota of retries for
 * good: of these, half at a time.
 */
const passingStrikes: readonly Strike[] = [
  { at: 'every', trouble: 'error-once' },
  { at: 'every', trouble: 'throttle-once' },
  { at: 'every', trouble: 'drop-request-once' },
  { at: 'odd', trouble: 'drop-response-once' },
  { at: 'even', trouble: 'drop-response-once' },
  { at: 'odd', trouble: 'half-answer-once' },
  { at: 'even', trouble: 'half-answer-once' },
];

/** What does not pass by itself: each needs a world of its own. To the SDK's callers an internal error is as good as being throttled. */
const lastingTrouble: readonly Trouble[] = [
  'throttle-thrice',
  'drop-request-thrice',
  'drop-response-thrice',
  'half-answer-thrice',
  'denied-once',
  'denied-from-then-on',
  'expired-from-then-on',
  'hang',
  'abort',
  'crash',
  'gone',
];

/** Phases in which there is something that somebody else can remove. */
const somethingMade = /^(?:apply-configuration|fill|check|tear down):/;

/** The troubles that a kind of request can have. But of an object, half an answer is to the SDK as none. */
function troublesOf(kind: string): readonly Trouble[] {
  return lastingTrouble.filter((trouble) => {
    if (trouble === 'gone') return somethingMade.test(kind);
    return trouble !== 'half-answer-thrice' || kind.includes('GetObject');
  });
}

/** Something of a kind that a workflow does, the n-th time, and what befalls it. */
interface Hit<Harm> {
  readonly kind: string;
  readonly nth: number;
  readonly trouble: Harm;
}

/**
 * Lets each trouble meet each kind once in one of several workflows: the troubles of a kind are spread over all that is of the kind, and so
 * over the workflows, so that little is struck twice before all is struck once.
 */
export function spread<Harm>(
  kindsOf: ReadonlyMap<string, readonly string[]>,
  troublesOfKind: (kind: string) => readonly Harm[],
): ReadonlyMap<string, readonly Hit<Harm>[]> {
  const hits = new Map<string, Hit<Harm>[]>([...kindsOf.keys()].map((workflow) => [workflow, []]));
  const hitsOf = (workflow: string): number => hits.get(workflow)?.length ?? 0;
  for (const [kind, spots] of spotsOf(kindsOf)) {
    for (const trouble of troublesOfKind(kind)) {
      const [spot] = [...spots].sort((a, b) => a.hits - b.hits || hitsOf(a.workflow) - hitsOf(b.workflow));
      if (spot === undefined) continue;
      spot.hits += 1;
      hits.get(spot.workflow)?.push({ kind, nth: spot.nth, trouble });
    }
  }
  return hits;
}

interface Spot {
  readonly workflow: string;
  readonly nth: number;
  hits: number;
}

function spotsOf(kindsOf: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly Spot[]> {
  const spots = new Map<string, Spot[]>();
  for (const [workflow, kinds] of kindsOf) {
    for (const kind of kinds) {
      const of = spots.get(kind) ?? [];
      const nth = of.filter((spot) => spot.workflow === workflow).length + 1;
      spots.set(kind, [...of, { workflow, nth, hits: 0 }]);
    }
  }
  return spots;
}

/**
 * Chooses which trouble strikes which requests of several workflows. What passes by itself strikes every request of a workflow; of what
 * lasts each trouble meets each kind of request.
 */
export function coverRequests(kindsOf: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly Strike[]> {
  const lasting = [...spread(kindsOf, troublesOf)].map(([workflow, hits]): [string, readonly Strike[]] => [
    workflow,
    [...passingStrikes, ...hits.map(({ kind, nth, trouble }): Strike => ({ at: { kind, nth }, trouble }))],
  ]);
  return new Map(lasting);
}

/** How thick a sweep is. */
export interface Coverage {
  readonly requests: number;
  /** Pairs of a request and a trouble that strikes it. */
  readonly pairs: number;
  /** Requests that something lasting strikes. */
  readonly requestsOfLasting: number;
  /** Kinds of requests, and pairs of a kind and a trouble. */
  readonly kinds: number;
  readonly pairsOfKinds: number;
  readonly worlds: number;
}

/** Counts what strikes cover. */
export function coverageOf(
  kindsOf: ReadonlyMap<string, readonly string[]>,
  strikesOf: ReadonlyMap<string, readonly Strike[]>,
): Coverage {
  const pairs = new Set<string>();
  const lasting = new Set<string>();
  const pairsOfKinds = new Set<string>();
  let worlds = 0;
  for (const [workflow, strikes] of strikesOf) {
    worlds += strikes.length;
    for (const { at, trouble } of strikes) {
      if (typeof at === 'object') {
        pairs.add(`${workflow} ${at.kind} ${at.nth} ${trouble}`);
        lasting.add(`${workflow} ${at.kind} ${at.nth}`);
        pairsOfKinds.add(`${at.kind} ${trouble}`);
      } else {
        for (const [index, kind] of (kindsOf.get(workflow) ?? []).entries()) {
          if (at !== 'every' && index % 2 !== (at === 'odd' ? 0 : 1)) continue;
          pairs.add(`${workflow} ${index} ${trouble}`);
          pairsOfKinds.add(`${kind} ${trouble}`);
        }
      }
    }
  }
  const all = [...kindsOf.values()].flat();
  return {
    requests: all.length,
    pairs: pairs.size,
    requestsOfLasting: lasting.size,
    kinds: new Set(all).size,
    pairsOfKinds: pairsOfKinds.size,
    worlds,
  };
}
