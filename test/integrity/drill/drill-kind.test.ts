import { expect, it } from 'vitest';
import { drillKind } from '../../../src/integrity/drill/drill-kind.js';
import { passedDrill } from './drill-evidences.js';

it.each([
  ['us-east-1', 'database-snapshot', 'database-snapshot'],
  ['us-west-2', 'database-snapshot', 'regional-copy'],
  ['us-east-1', 'point-in-time', 'point-in-time'],
  ['us-west-2', 'point-in-time', 'regional-point-in-time'],
  ['us-west-2', 'dump', 'dump'],
  ['us-east-1', 'cache-snapshot', 'cache-snapshot'],
] as const)('restored in %s a %s is a drill of the kind %s', (region, kind, expected) => {
  const { backup, target, system } = passedDrill;
  const drill = {
    backup: { ...backup, kind },
    target: { ...target, region },
    system: { ...system, region: 'us-east-1' },
  };
  expect(drillKind(drill)).toBe(expected);
});
