import type { LocalRegion } from '@zephyr/backup/local';

/** A bad day: one answer lost, two calls throttled, a network that drops one request in twenty, a disk that lies. */
export function makeTrouble(region: LocalRegion): void {
  region.faults.inject({ operation: 'CreateDBSnapshot', call: 1, fault: { kind: 'drop-response' } });
  region.faults.inject({ operation: 'Describe*', call: [3, 4], fault: { kind: 'throttle' } });
  region.faults.inject({ service: 's3', probability: 0.05, seed: 7, fault: { kind: 'drop-request' } });
  region.faults.inject({ operation: 'GetObject', input: { Key: 'damaged/*' }, fault: { kind: 'altered-answer' } });
}
