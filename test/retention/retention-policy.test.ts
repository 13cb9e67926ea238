import { describe, expect, it } from 'vitest';
import { renderRetention } from '../../src/retention/render-retention.js';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';
import { type RetentionRules, zephyrRetention } from '../../src/retention/retention-rules.js';
import { cacheSnapshot, daysAgo, dump, now, snapshot } from './backups.js';

describe('a policy', () => {
  it('reads aloud in plain words', () => {
    expect(String(new RetentionPolicy(zephyrRetention))).toBe(
      [
        'Automated database snapshots: AWS expires them after 30 days.',
        'Manual database snapshots: kept forever.',
        'Dumps: kept for 90 days.',
        'Manual cache snapshots: kept for 5 days.',
        'Automated cache snapshots: AWS expires them after 5 days.',
      ].join('\n'),
    );
    const policy = new RetentionPolicy({
      rules: [
        {
          kind: 'database-snapshot',
          origin: 'manual',
          purpose: 'pre-deployment',
          includeUntagged: true,
          keep: '1w',
          keepLast: 10,
        },
        { kind: 'dump', keepDaily: 1, keepWeekly: 4, keepMonthly: 12, keepYearly: 7 },
      ],
    });
    expect(policy.toString()).toBe(
      'Manual database snapshots with purpose pre-deployment, whoever made them: kept for 1 week, and the newest 10.\n' +
        'Dumps: kept the newest of each of the last 1 day, and the newest of each of the last 4 weeks, ' +
        'and the newest of each of the last 12 months, and the newest of each of the last 7 years.',
    );
  });

  it('travels as JSON', () => {
    const policy = new RetentionPolicy(zephyrRetention);
    expect(JSON.parse(JSON.stringify(policy))).toEqual(zephyrRetention);
    expect(new RetentionPolicy(JSON.parse(JSON.stringify(policy))).toString()).toBe(policy.toString());
  });

  it('does not change when what it was made from does, and leaves that as it is', () => {
    const rule = { kind: 'dump', keep: '90d' as `${number}d` } as const;
    const rules = [{ ...rule }];
    const policy = new RetentionPolicy({ rules });
    rules[0] = { ...rule, keep: '1d' };
    rules.push(rule);
    expect(policy.toString()).toBe('Dumps: kept for 90 days.');
    expect(Object.isFrozen(rules)).toBe(false);
    expect(Object.isFrozen(policy.toJSON().rules[0])).toBe(true);
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
    ['rules[0].origin', [{ ...dumpRule, origin: 'manual' }]],
    ['rules[0].origin', [{ kind: 'cache-snapshot', keep: '5d' }]],
    ['rules[0].keepDayly', [{ ...dumpRule, keepDayly: 7 }]],
    ['rules[0].includeUntagged', [{ ...dumpRule, includeUntagged: true }]],
    ['rules[0].includeUntagged', [{ ...manual, includeUntagged: 'yes' }]],
    ['rules[0].keepLast', [{ ...automated, keepLast: 3 }]],
    ['rules[0].keepLast', [{ ...dumpRule, keepLast: 0 }]],
    ['rules[0].keepDaily', [{ ...dumpRule, keepDaily: 1.5 }]],
    ['rules[0].keepWeekly', [{ ...dumpRule, keepWeekly: '4' }]],
    ['rules[0]', [{ kind: 'dump' }]],
    ['rules[0].keep', [{ ...dumpRule, keep: 'forever', keepLast: 3 }]],
    ['rules[0].keep', [{ ...dumpRule, keep: 90 }]],
    ['rules[0].keep', [{ ...automated, keep: 'forever' }]],
    ['rules[0].keep', [{ ...automated, keep: '36d' }]],
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
      { ...dumpRule, includeUntagged: undefined },
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
      { now, inUse: new Set(['read']), snapshotQuota: 3 },
    );
    expect(renderRetention(decision)).toMatchSnapshot();
  });

  it('says what would have gone when the fuse blew', () => {
    const backups = [dump('new', daysAgo(1)), dump('a', daysAgo(100)), dump('b', daysAgo(101))];
    expect(renderRetention(new RetentionPolicy(zephyrRetention).evaluate(backups, { now }))).toMatchSnapshot();
  });

  it('names neither a region nor a runway where there is none', () => {
    const backups = [snapshot('s', daysAgo(100), { region: undefined, source: undefined })];
    const decision = new RetentionPolicy(zephyrRetention).evaluate(backups, { now, snapshotQuota: 1 });
    expect(renderRetention(decision)).toContain('! 1 of 1 manual database snapshots\nKeep:');
  });
});
