import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextRenameAction,
  type RenamedInstance,
  type RenameState,
} from '../../src/restore/promotion/next-rename-action.js';

const names = { production: 'prod', archive: 'prod-old', candidateIdentifier: 'pitr' };
const at = (identifier: string, status = 'available', pendingIdentifier?: string): RenamedInstance => ({
  identifier,
  status,
  pendingIdentifier,
});
const next = (
  previous: RenamedInstance | undefined,
  candidate: RenamedInstance | undefined,
  holder: RenameState['holder'],
) => nextRenameAction({ ...names, previous, candidate, holder });

describe('the next step of a promotion by rename', () => {
  it('follows the table row by row', () => {
    expect(next(at('prod'), at('pitr'), 'previous')).toEqual({ action: 'rename-away' });
    expect(next(at('prod', 'renaming'), at('pitr'), 'previous').action).toBe('wait');
    expect(next(at('prod', 'available', 'prod-old'), at('pitr'), 'previous').action).toBe('wait');
    expect(next(at('prod', 'renaming'), at('pitr'), 'none').action).toBe('wait');
    expect(next(at('prod-old'), at('pitr'), 'none')).toEqual({ action: 'rename-into-place' });
    expect(next(at('prod-old'), at('pitr', 'renaming'), 'none').action).toBe('wait');
    expect(next(at('prod-old'), at('pitr', 'available', 'prod'), 'none').action).toBe('wait');
    expect(next(at('prod-old'), at('prod'), 'candidate')).toEqual({ action: 'done' });
    expect(next(at('prod-old'), at('pitr'), 'other')).toEqual({
      action: 'stop',
      reason: 'another instance has taken the name prod',
    });
    expect(next(undefined, at('pitr'), 'none')).toEqual({ action: 'rename-into-place' });
    expect(next(undefined, at('prod'), 'candidate')).toEqual({ action: 'done' });
  });

  it('waits while RDS has not made up its mind', () => {
    expect(next(at('prod'), at('prod'), 'candidate').action).toBe('wait');
    expect(next(at('prod'), at('pitr'), 'none').action).toBe('wait');
    expect(next(at('prod-old', 'renaming'), at('pitr'), 'none').action).toBe('wait');
    expect(next(at('prod-old'), at('pitr'), 'previous').action).toBe('wait');
    expect(next(at('prod-old'), at('prod'), 'none').action).toBe('wait');
    expect(next(at('prod-old'), at('prod', 'rebooting'), 'candidate').action).toBe('wait');
    expect(next(at('prod-old'), at('prod', 'available', 'prod'), 'candidate').action).toBe('wait');
    expect(next(at('prod', 'backing-up'), at('pitr'), 'previous').action).toBe('wait');
    expect(next(at('prod'), at('pitr', 'backing-up'), 'previous').action).toBe('wait');
    expect(next(at('prod-old'), at('pitr', 'modifying'), 'none').action).toBe('wait');
  });

  it('stops where a person has to look', () => {
    const stops = [
      next(at('prod'), undefined, 'previous'),
      next(at('prod'), at('pitr', 'incompatible-network'), 'previous'),
      next(at('prod', 'storage-full'), at('pitr'), 'previous'),
      next(at('prod'), at('renamed-by-hand'), 'previous'),
      next(at('renamed-by-hand'), at('pitr'), 'none'),
      next(at('prod'), at('pitr', 'available', 'elsewhere'), 'previous'),
      next(at('prod', 'available', 'elsewhere'), at('pitr'), 'previous'),
    ];
    for (const { action } of stops) expect(action).toBe('stop');
  });

  const identifier = fc.constantFrom('prod', 'prod-old', 'pitr', 'stranger');
  const status = fc.constantFrom(
    'available',
    'storage-optimization',
    'renaming',
    'rebooting',
    'backing-up',
    'failed',
    'new-word',
  );
  const instance = fc.option(
    fc.record({ identifier, status, pendingIdentifier: fc.option(identifier, { nil: undefined }) }),
    { nil: undefined },
  );
  const state = fc.record({
    previous: instance,
    candidate: instance,
    holder: fc.constantFrom('previous', 'candidate', 'other', 'none'),
  });

  it('never renames outside of the two rows that say so', () => {
    const ready = (one: RenamedInstance | undefined): boolean =>
      one !== undefined &&
      ['available', 'storage-optimization'].includes(one.status) &&
      one.pendingIdentifier === undefined;
    fc.assert(
      fc.property(state, ({ previous, candidate, holder }) => {
        const { action } = next(previous, candidate, holder);
        if (action === 'rename-away') {
          expect([previous?.identifier, candidate?.identifier, holder]).toEqual(['prod', 'pitr', 'previous']);
          expect(ready(previous) && ready(candidate)).toBe(true);
        }
        if (action === 'rename-into-place') {
          expect([candidate?.identifier, holder]).toEqual(['pitr', 'none']);
          expect(ready(candidate)).toBe(true);
          expect([undefined, 'prod-old']).toContain(previous?.identifier);
        }
        if (action === 'done') expect([candidate?.identifier, holder]).toEqual(['prod', 'candidate']);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reaches the end from every state that a promotion passes through', () => {
    const walk = (from: RenameState): readonly string[] => {
      const taken: string[] = [];
      let now = from;
      for (let turn = 0; turn < 10; turn += 1) {
        const { action } = nextRenameAction(now);
        taken.push(action);
        if (action === 'done' || action === 'stop') break;
        if (action === 'rename-away') now = { ...now, previous: at('prod-old'), holder: 'none' };
        if (action === 'rename-into-place') now = { ...now, candidate: at('prod'), holder: 'candidate' };
      }
      return taken;
    };
    const begin = { ...names, previous: at('prod'), candidate: at('pitr'), holder: 'previous' as const };
    expect(walk(begin)).toEqual(['rename-away', 'rename-into-place', 'done']);
  });
});
