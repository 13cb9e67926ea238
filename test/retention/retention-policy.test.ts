import { describe, expect, it } from 'vitest';
import { renderRetention } from '../../src/retention/render-retention.js';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';
import { type RetentionRules, zephyrRetention } from '../../src/retention/retention-rules.js';
import { cacheSnapshot, daysAgo, dump, now, snapshot } from './backups.js';

describe('a policy', () => {
  it('reads aloud in plain words', () => {
    expect(String(new RetentionPolicy(zephyrRetention))).toBe(
      [
        'automated database-snapshot: keep 30d',
        'manual database-snapshot: keep forever',
        'manual dump: keep 90d',
        'manual cache-snapshot: keep 5d',
        'automated cache-snapshot: keep 5d',
      ].join('\n'),
    );
    const policy = new RetentionPolicy({
      rules: [
        { kind: 'database-snapshot', origin: 'manual', purpose: 'pre-deployment', keep: '1w', keepLast: 10 },
        { kind: 'dump', keepDaily: 1, keepWeekly: 4, keepMonthly: 12, keepYearly: 7 },
      ],
    });
    expect(policy.toString()).toBe(
      'manual database-snapshot for pre-deployment: keep 1w, 10 last\n' +
        'manual dump: keep 1 daily, 4 weekly, 12 monthly, 7 yearly',
    );
  });

  it('travels as JSON', () => {
    const policy = new RetentionPolicy(zephyrRetention);
    expect(JSON.parse(JSON.stringify(policy))).toEqual(zephyrRetention);
    expect(new RetentionPolicy(JSON.parse(JSON.stringify(policy))).toString()).toBe(policy.toString());
  });

  it('does not change when what it was made from does, or what it gave out', () => {
    const rule = { kind: 'dump', keep: '90d' as `${number}d` } as const;
    const rules = [{ ...rule }];
    const policy = new RetentionPolicy({ rules });
    rules[0] = { ...rule, keep: '1d' };
    rules.push(rule);
    Object.assign(policy.toJSON().rules[0] ?? {}, { keep: '2d' });
    expect(policy.toString()).toBe('manual dump: keep 90d');
  });

  it('evaluates without changing anything', () => {
    const backups = [dump('old', daysAgo(91)), dump('new', daysAgo(1))];
    const decision = new RetentionPolicy(zephyrRetention).evaluate(backups, { now });
    expect(decision.expire.map(({ backup }) => backup)).toEqual([backups[0]]);
    expect(decision.expire[0]?.backup).toBe(backups[0]);
    expect(backups.map(({ id }) => id)).toEqual(['old', 'new']);
  });
});

describe('a policy that cannot be right', () => {
  const dumpRule = { kind: 'dump', keep: '90d' };
  const manual = { kind: 'database-snapshot', origin: 'manual', keep: '90d' };
  const automated = { kind: 'cache-snapshot', origin: 'automated', keep: '5d' };

  it.each<[string, unknown[]]>([
    ['rules[0].kind', [{ ...dumpRule, kind: 'tape' }]],
    ['rules[0].kind', [null]],
    ['rules[0].origin', [{ kind: 'cache-snapshot', keep: '5d' }]],
    ['rules[0].keepDayly', [{ ...dumpRule, keepDayly: 7 }]],
    ['rules[0].keepLast', [{ ...dumpRule, keepLast: 0 }]],
    ['rules[0].keepDaily', [{ ...dumpRule, keepDaily: 1.5 }]],
    ['rules[0].keepWeekly', [{ ...dumpRule, keepWeekly: '4' }]],
    ['rules[0].keep', [{ kind: 'dump' }]],
    ['rules[0].origin', [{ ...dumpRule, origin: 'automated' }]],
    ['rules[0].keep', [{ ...automated, keep: 'for ever' }]],
    ['rules[0].keep', [{ ...dumpRule, keep: 90 }]],
    ['rules[0].purpose', [{ ...manual, purpose: '' }]],
    ['rules[0].purpose', [{ ...manual, purpose: 7 }]],
    ['rules[0].maxExpiredShare', [{ ...manual, maxExpiredShare: 50 }]],
    ['rules[0].maxExpiredShare', [{ ...manual, maxExpiredShare: -0.1 }]],
    ['rules[0].maxExpiredShare', [{ ...manual, maxExpiredShare: 'half' }]],
    ['rules[1]', [dumpRule, { ...dumpRule, purpose: 'drill' }]],
    ['rules[2]', [{ ...manual, purpose: 'drill' }, dumpRule, { ...manual, purpose: 'drill', keep: '1d' }]],
    ['rules', []],
  ])('is refused naming %s: %j', (field, rules) => {
    expect(() => new RetentionPolicy({ rules } as RetentionRules)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });

  it.each([undefined, null, {}, { rules: 'all' }])('such as %j is refused', (rules) => {
    expect(() => new RetentionPolicy(rules as RetentionRules)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'rules' }),
    );
  });

  it('takes a field that is undefined for one that is not there', () => {
    const rules = [
      { ...automated, keepLast: undefined },
      { ...dumpRule, keepDayly: undefined },
    ];
    expect(() => new RetentionPolicy({ rules } as unknown as RetentionRules)).not.toThrow();
  });
});

describe('a rendered decision', () => {
  it('says what goes, what stays, why, and what to look at', () => {
    const tags = { 'zephyr:managed-by': 'zephyr-backup', 'zephyr:hold': 'legal' };
    const decision = new RetentionPolicy({
      rules: [
        { kind: 'dump', keep: '7d', keepLast: 1, keepDaily: 2, maxExpiredShare: 1 },
        { kind: 'database-snapshot', origin: 'automated', keep: '30d' },
        { kind: 'database-snapshot', origin: 'manual', keep: 'forever' },
      ],
    }).evaluate(
      [
        dump('new', daysAgo(1), { verified: {} }),
        dump('read', daysAgo(40)),
        dump('second', daysAgo(10)),
        dump('expired', daysAgo(20)),
        dump('torn', daysAgo(30), { status: 'failed' }),
        dump('future', daysAgo(-1)),
        dump('undated', undefined),
        dump('undated-too', new Date(Number.NaN)),
        dump('twin', daysAgo(3)),
        dump('twin', daysAgo(3)),
        snapshot('held', daysAgo(50), { tags }),
        snapshot('foreign', daysAgo(50), { tags: {} }),
        snapshot('automated', daysAgo(2), { origin: 'automated' }),
        snapshot('shared', daysAgo(2), { origin: 'shared' }),
        snapshot('running', daysAgo(0), { status: 'in-progress' }),
        cacheSnapshot('automatic', daysAgo(2), { origin: 'automated' }),
        cacheSnapshot('cache', daysAgo(2)),
        dump('tape', daysAgo(2), { kind: 'tape' }),
        dump('broken', daysAgo(2), { database: 'other', status: 'in-progress' }),
      ],
      { now, inUse: new Set(['read']) },
    );
    expect(renderRetention(decision, { snapshotQuota: 3 })).toMatchSnapshot();
  });

  it('says what would have gone when the fuse blew', () => {
    const backups = [dump('new', daysAgo(1)), dump('a', daysAgo(100)), dump('b', daysAgo(101))];
    expect(renderRetention(new RetentionPolicy(zephyrRetention).evaluate(backups, { now }))).toMatchSnapshot();
  });

  it('names neither a region nor a runway where there is none', () => {
    const backups = [snapshot('s', daysAgo(100), { region: undefined, source: undefined })];
    const decision = new RetentionPolicy(zephyrRetention).evaluate(backups, { now });
    expect(renderRetention(decision, { snapshotQuota: 1 })).toContain('! 1 of 1 manual database snapshots\nKeep:');
  });
});
