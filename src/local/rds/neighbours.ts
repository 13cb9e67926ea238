import { invalidParameterValue } from '../control-plane/parameter-fault.js';
import type { RdsState } from './rds-state.js';

/** What an ARN of RDS says. */
export interface RdsArn {
  readonly region: string;
  readonly accountId: string;
  /** Such as `snapshot` or `db`. */
  readonly kind: string;
  /** In lower case; may hold colons, as automated snapshots' do. */
  readonly name: string;
}

/** Reads an ARN; `undefined` for a plain name. */
export function parseArn(identifier: string): RdsArn | undefined {
  if (!identifier.startsWith('arn:')) return undefined;
  const [, , service, region, accountId, kind, ...name] = identifier.split(':');
  if (service !== 'rds' || region === undefined || accountId === undefined || kind === undefined || name.length === 0) {
    throw invalidParameterValue(`Invalid ARN: ${identifier}`);
  }
  return { region, accountId, kind, name: name.join(':').toLowerCase() };
}

/**
 * The control plane that holds what an identifier names: this one, or the one of the region and account in its ARN, brought
 * up to now. `undefined` if no such region is known here. For handlers of requests only, not from within a timeline.
 */
export function holderOf(state: RdsState, identifier: string): RdsState | undefined {
  const arn = parseArn(identifier);
  const { region, accountId, neighbours } = state.settings;
  if (arn === undefined || (arn.region === region && arn.accountId === accountId)) return state;
  for (const neighbour of neighbours) {
    const { settings, timeline } = neighbour;
    if (settings.region !== arn.region || settings.accountId !== arn.accountId) continue;
    timeline.settle();
    return neighbour;
  }
  return undefined;
}

/** The control planes of other accounts in this region, brought up to now: where shared snapshots come from. */
export function otherAccounts(state: RdsState): readonly RdsState[] {
  const { region, accountId, neighbours } = state.settings;
  const others = [...neighbours].filter(
    ({ settings }) => settings.region === region && settings.accountId !== accountId,
  );
  for (const { timeline } of others) timeline.settle();
  return others;
}
