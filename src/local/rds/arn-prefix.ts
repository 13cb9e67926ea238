import type { RdsState } from './rds-state.js';

/** What all ARNs of this account and region begin with. */
export function arnPrefix(state: RdsState): string {
  return `arn:aws:rds:${state.settings.region}:${state.settings.accountId}`;
}
