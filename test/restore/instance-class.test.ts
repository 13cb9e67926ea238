import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackupError } from '../../src/core/errors.js';
import type { OrderableOption } from '../../src/ports/orderable-option.js';
import { checkPointInTimeRequest, type PointInTimeRequest } from '../../src/restore/instance/point-in-time-request.js';
import { chooseInstanceClass } from '../../src/restore/instance-class/choose-instance-class.js';
import { classMisfit } from '../../src/restore/instance-class/class-misfit.js';
import { type ClassOffers, offersFor } from '../../src/restore/instance-class/class-offers.js';
import { checkClassChoice } from '../../src/restore/instance-class/instance-class-choice.js';
import type { InstanceNeed } from '../../src/restore/instance-class/instance-need.js';
import { nearestClasses } from '../../src/restore/instance-class/nearest-classes.js';
import { anOption, createFakeRds } from './fake-rds.js';

const need: InstanceNeed = {
  engine: 'postgres',
  engineVersion: '15.18',
  region: 'us-east-1',
  classes: ['db.t3.large'],
  sourceMissing: false,
  storageType: 'gp3',
  multiAz: true,
  iamAuthentication: true,
  encrypted: true,
  subnetGroup: 'private',
};
const zones = ['us-east-1a', 'us-east-1b'];

describe('the choice of a class', () => {
  it('is one by name or several by preference, each once', () => {
    expect(checkClassChoice('db.t3.large', 'x')).toEqual({ field: 'x', preferred: ['db.t3.large'] });
    expect(checkClassChoice({ preferred: ['db.t4g.large', 'source', 'source'] }, 'x').preferred).toEqual([
      'db.t4g.large',
      'source',
    ]);
  });

  it.each([
    '',
    't3.large',
    'db.t3',
    'DB.T3.LARGE',
    3,
    null,
    {},
    { preferred: [] },
    { preferred: 'db.t3.large' },
    { preferred: ['db.t3.large', 1] },
    { preferred: Array.from({ length: 11 }, (_, index) => `db.t3.${index}xlarge`) },
  ])('cannot be %j', (choice) => {
    expect(() => checkClassChoice(choice as never, 'instanceClass')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'instanceClass' }),
    );
  });

  it('is made in one place only', () => {
    const check = (request: object) =>
      checkPointInTimeRequest(
        { restoreTime: 'latest', target: 'pitr', promote: 'none', ...request } as PointInTimeRequest,
        'prod',
      );
    const temporary = { vpcSecurityGroups: ['sg-1'], expiresAt: new Date(), instanceClass: 'db.t3.large' };
    expect(check({ temporary }).instanceClass?.field).toBe('temporary.instanceClass');
    for (const configuration of [{ instanceClass: 'db.t3.large' }, { instanceClass: 'large' }]) {
      expect(() => check({ instanceClass: 'source', configuration })).toThrow(
        expect.objectContaining({ field: 'configuration.instanceClass' }),
      );
    }
  });
});

describe('the nearest classes', () => {
  it('are the same size of another family and the next sizes of the same, larger ones first', () => {
    const there = ['db.m6g.large', 'db.m6g.xlarge', 'db.m6g.medium', 'db.m7g.large', 'db.r6g.large', 'db.m6g.metal'];
    expect(nearestClasses('db.m6g.large', there, 9)).toEqual([
      'db.m6g.large',
      'db.m7g.large',
      'db.m6g.xlarge',
      'db.m6g.medium',
      'db.r6g.large',
      'db.m6g.metal',
    ]);
    expect(nearestClasses('db.m6g.4xlarge', ['db.m6g.2xlarge', 'db.m6g.8xlarge', 'db.m6g.xlarge'])[0]).toBe(
      'db.m6g.8xlarge',
    );
    expect(nearestClasses('', ['nonsense', 'db.t3.micro'])).toHaveLength(2);
  });

  it('are of those there, each once, in an order that does not depend on theirs', () => {
    const name = fc
      .tuple(
        fc.constantFrom('t3', 'm6g', 'r7g', 'x2g'),
        fc.constantFrom('micro', 'large', 'xlarge', '4xlarge', 'metal'),
      )
      .map(([family, size]) => `db.${family}.${size}`);
    fc.assert(
      fc.property(name, fc.array(name), fc.integer({ min: 1, max: 5 }), (to, there, most) => {
        const nearest = nearestClasses(to, there, most);
        expect(nearest.every((one) => there.includes(one))).toBe(true);
        expect(nearest).toHaveLength(Math.min(most, new Set(there).size));
        expect(nearestClasses(to, [...there].reverse(), most)).toEqual(nearest);
        if (there.includes(to)) expect(nearest[0]).toBe(to);
      }),
    );
  });
});

describe('a class', () => {
  const of = (options: readonly Partial<OrderableOption>[], wanted: Partial<InstanceNeed> = {}, has = zones) =>
    classMisfit(
      'db.t3.large',
      { ...need, ...wanted },
      options.map((option) => ({ ...anOption('db.t3.large'), ...option })),
      has,
    );

  it('fits where RDS can make it with all that is asked', () => {
    expect(of([{}])).toBeUndefined();
    expect(of([{ storageType: undefined }])).toBeUndefined();
    expect(of([{ storageType: 'io2' }], { storageType: undefined })).toBeUndefined();
    expect(of([{ zones: ['us-east-1b'] }], { multiAz: false })).toBeUndefined();
    const nothing = { encryption: false, iamAuthentication: false, multiAz: false };
    expect(of([nothing], { encrypted: false, iamAuthentication: false, multiAz: false })).toBeUndefined();
    expect(classMisfit('db.t3.large', need, [{ ...anOption('db.t3.large'), zones: [] }], undefined)).toBeUndefined();
  });

  it.each<[string, readonly Partial<OrderableOption>[], string, string]>([
    [
      'there is none',
      [{ instanceClass: 'db.m4.large' }],
      'instanceClass',
      'is not offered for postgres 15.18 in us-east-1',
    ],
    [
      'with another storage',
      [{ storageType: 'io1' }, { storageType: 'gp2' }],
      'storageType',
      'cannot have gp3 storage, only gp2, io1',
    ],
    [
      'without encryption',
      [{ encryption: false }],
      'encrypted',
      'cannot have encrypted storage, and the data is encrypted',
    ],
    ['without IAM', [{ iamAuthentication: false }], 'iamAuthentication', 'cannot have IAM authentication'],
    ['in one zone', [{ multiAz: false }], 'multiAz', 'cannot be Multi-AZ'],
    [
      'in one of the zones',
      [{ zones: ['us-east-1c', 'us-east-1a'] }],
      'subnetGroup',
      'is offered in us-east-1a, us-east-1c, and private has not two zones of those: it has us-east-1a, us-east-1b',
    ],
  ])('does not fit: %s', (_what, options, setting, reason) => {
    expect(of(options)).toEqual({ instanceClass: 'db.t3.large', setting, reason });
  });

  it('needs a zone of the subnet group where it is in one', () => {
    expect(of([{ zones: ['us-east-1c'] }], { multiAz: false })?.reason).toContain('private has not a zone of those');
  });
});

const nothingAsked = {
  instanceClass: undefined,
  configuration: {},
  temporary: undefined,
  acknowledged: { writers: false, pendingChanges: false, replicas: false, instanceClass: false },
};

function offers(wanted: Partial<InstanceNeed>, there: readonly string[], more: Partial<ClassOffers> = {}): ClassOffers {
  const all = { ...need, ...wanted };
  return { need: all, asked: all.classes, options: there.map((name) => anOption(name)), zones, unknown: [], ...more };
}

const refusalOf = (act: () => unknown): BackupError => {
  try {
    act();
  } catch (error) {
    if (error instanceof BackupError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('of the classes asked for', () => {
  it('the first that can be had is taken, and those after it stand by', () => {
    const classes = ['db.m4.large', 'db.t4g.large', 'db.m4.xlarge', 'db.t3.large'] as const;
    const chosen = chooseInstanceClass(offers({ classes }, ['db.t3.large', 'db.t4g.large']), nothingAsked);
    const reason = 'is not offered for postgres 15.18 in us-east-1';
    expect(chosen).toEqual({
      instanceClass: 'db.t4g.large',
      passedOver: [{ instanceClass: 'db.m4.large', reason }],
      standby: ['db.t3.large'],
      warnings: [
        {
          code: 'instance-class-passed-over',
          message: `db.t4g.large is taken instead of db.m4.large, which ${reason}`,
        },
      ],
    });
  });

  it('none is taken that is known not to fit, in whatever order the options come', () => {
    const name = fc.constantFrom<string>('db.t3.large', 'db.t4g.large', 'db.m6g.large', 'db.r6g.large');
    const classes = fc
      .uniqueArray(name, { minLength: 1 })
      .map(([first = '', ...others]) => [first, ...others] as const);
    fc.assert(
      fc.property(classes, fc.array(name, { minLength: 1 }), (wanted, there) => {
        const given = offers({ classes: wanted }, there);
        const first = wanted.find((one) => there.includes(one));
        if (first === undefined) {
          const { details } = refusalOf(() => chooseInstanceClass(given, nothingAsked));
          expect([...(details.alternatives as string[])].sort()).toEqual([...new Set(there)].sort());
          return;
        }
        const chosen = chooseInstanceClass({ ...given, options: [...given.options].reverse() }, nothingAsked);
        expect(chosen.instanceClass).toBe(first);
        expect(chosen.standby.every((one) => there.includes(one))).toBe(true);
      }),
    );
  });

  it('one that could not be asked about is taken with a warning: nobody waits for a permission', () => {
    const unknown = ['not allowed to look'];
    const chosen = chooseInstanceClass(offers({}, [], { asked: [], unknown }), nothingAsked);
    expect(chosen).toEqual({
      instanceClass: 'db.t3.large',
      passedOver: [],
      standby: [],
      warnings: [
        {
          code: 'instance-class-not-checked',
          message: 'whether such an instance can be made is not fully known: not allowed to look',
        },
      ],
    });
    const second = offers({ classes: ['db.m4.large', 'db.t3.large'] }, ['db.m6g.large'], {
      asked: ['db.m4.large'],
      unknown,
    });
    expect(chooseInstanceClass(second, nothingAsked)).toMatchObject({
      instanceClass: 'db.t3.large',
      passedOver: [{ instanceClass: 'db.m4.large' }],
    });
  });

  it('none is refused for a version of which RDS lists no class at all', () => {
    const { instanceClass, warnings } = chooseInstanceClass(offers({}, []), nothingAsked);
    expect(instanceClass).toBe('db.t3.large');
    expect(warnings.map(({ message }) => message)).toEqual([
      'whether such an instance can be made is not fully known: RDS lists no class for postgres 15.18 in us-east-1',
    ]);
  });

  it('the source’s is passed over where nobody is left to tell it', () => {
    const { passedOver, warnings } = chooseInstanceClass(
      offers({ sourceMissing: true }, ['db.t3.large']),
      nothingAsked,
    );
    expect(passedOver).toEqual([{ instanceClass: 'source', reason: 'cannot be told: there is no instance left' }]);
    expect(warnings[0]?.message).toBe(
      'db.t3.large is taken instead of source, which cannot be told: there is no instance left',
    );
  });

  it('the first is taken all the same where the caller says that RDS is wrong', () => {
    const acknowledged = { ...nothingAsked.acknowledged, instanceClass: true };
    const given = offers({ classes: ['db.m4.large', 'db.r4.large'] }, ['db.t3.large']);
    expect(chooseInstanceClass(given, { ...nothingAsked, acknowledged })).toMatchObject({
      instanceClass: 'db.m4.large',
      passedOver: [],
      standby: [],
      warnings: [
        { code: 'instance-class-not-offered', message: expect.stringContaining('db.r4.large is not offered') },
      ],
    });
  });
});

describe('where none of the classes can be had', () => {
  it('the caller’s is named as the field that is wrong', () => {
    const choice = { field: 'instanceClass', preferred: ['db.m4.large'] };
    const given = offers({ classes: ['db.m4.large'] }, ['db.m6g.large', 'db.t3.micro', 'db.m7g.large']);
    const error = refusalOf(() => chooseInstanceClass(given, { ...nothingAsked, instanceClass: choice }));
    expect(error).toMatchObject({
      code: 'invalid-input',
      field: 'instanceClass',
      message: 'instanceClass cannot be had: db.m4.large is not offered for postgres 15.18 in us-east-1',
      hint: 'Name another instanceClass: of those that can be had the nearest are db.m6g.large, db.m7g.large, db.t3.micro; acknowledgeInstanceClass asks RDS for it all the same.',
      details: { alternatives: ['db.m6g.large', 'db.m7g.large', 'db.t3.micro'] },
    });
  });

  it('the source’s is a code of its own, which is no fault of the caller’s', () => {
    const temporary = { purpose: 'drill', expiresAt: '', tags: {}, fixed: {} };
    const given = offers({ classes: ['db.m4.large'] }, [], { options: [anOption('db.m4.large', 'gp2')] });
    const error = refusalOf(() => chooseInstanceClass(given, { ...nothingAsked, temporary }));
    expect(error).toMatchObject({
      code: 'instance-class-not-offered',
      message: 'an instance like the source cannot be made: db.m4.large cannot have gp3 storage, only gp2',
      hint: 'Name another instanceClass: DescribeOrderableDBInstanceOptions of RDS lists what there is.',
      details: { classes: [{ instanceClass: 'db.m4.large', setting: 'storageType' }], alternatives: [] },
    });
  });

  it.each<[string, object, object]>([
    ['configuration.storageType', { storageType: 'io2' }, { configuration: { storageType: 'io2' } }],
    ['configuration.instanceClass', { classes: ['db.m4.large'] }, { configuration: { instanceClass: 'db.m4.large' } }],
    ['temporary.subnetGroup', { subnetGroup: 'far' }, { temporary: { fixed: { subnetGroup: 'far' } } }],
    ['configuration.subnetGroup', { subnetGroup: 'far' }, { configuration: { subnetGroup: 'far' } }],
  ])('it is %s where that is what the caller has given', (field, wanted, asked) => {
    const given = offers(wanted, ['db.t3.large'], { zones: field.endsWith('Group') ? ['us-east-1f'] : zones });
    const error = refusalOf(() => chooseInstanceClass(given, { ...nothingAsked, ...asked } as never));
    expect(error).toMatchObject({ code: 'invalid-input', field });
  });
});

describe('asking RDS for classes', () => {
  const denied = new BackupError({ code: 'access-denied', message: 'not allowed to look', hint: 'x' });
  const clock = { now: () => new Date(0), sleep: async () => {} };

  function port(there: readonly string[], more: Partial<ReturnType<typeof createFakeRds>['port']> = {}) {
    const asked: (string | undefined)[] = [];
    const fake = createFakeRds(clock);
    fake.offered = (instanceClass) => {
      asked.push(instanceClass);
      return there
        .filter((name) => instanceClass === undefined || name === instanceClass)
        .map((name) => anOption(name));
    };
    return { asked, rds: { ...fake.port, ...more } };
  }

  it('asks for each, and for no more where one of them fits', async () => {
    const { asked, rds } = port(['db.t3.large', 'db.t4g.large', 'db.m6g.large']);
    const classes = ['db.m4.large', 'db.t3.large', 'db.t4g.large'] as const;
    const found = await offersFor(rds, { ...need, classes }, {});
    expect(asked).toEqual(classes);
    expect(found).toMatchObject({ asked: classes, unknown: [], zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] });
  });

  it('asks for all of them where none fits, so that others can be named', async () => {
    const { asked, rds } = port(['db.m6g.large', 'db.t3.large']);
    const found = await offersFor(rds, { ...need, classes: ['db.m4.large'] }, {});
    expect(asked).toEqual(['db.m4.large', undefined]);
    expect(found?.options.map(({ instanceClass }) => instanceClass)).toEqual(['db.m6g.large', 'db.t3.large']);
  });

  it('asks nothing without a class', async () => {
    const { asked, rds } = port([]);
    expect(await offersFor(rds, undefined, {})).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('says what it is not told, and goes on', async () => {
    const refuse = async function* (): AsyncGenerator<OrderableOption> {
      await Promise.reject(denied);
      yield anOption('never');
    };
    const nothing = port([], { listOrderableOptions: refuse, subnetGroupZones: () => Promise.reject(denied) });
    expect(await offersFor(nothing.rds, { ...need, classes: ['db.t3.large', 'db.t4g.large'] }, {})).toMatchObject({
      asked: [],
      options: [],
      zones: undefined,
      unknown: ['not allowed to look', 'not allowed to look'],
    });
    const homeless = port(['db.t3.large'], { subnetGroupZones: async () => undefined });
    expect((await offersFor(homeless.rds, need, {}))?.unknown).toEqual([
      'there is no subnet group private in us-east-1',
    ]);
    const unplaced = await offersFor(port(['db.t3.large']).rds, { ...need, subnetGroup: undefined }, {});
    expect(unplaced).toMatchObject({ zones: undefined, unknown: [] });
  });

  it('does not go on with credentials that are over', async () => {
    const over = new BackupError({ code: 'credentials-expired', message: 'over', hint: 'x' });
    const { rds } = port(['db.t3.large'], { subnetGroupZones: () => Promise.reject(over) });
    await expect(offersFor(rds, need, {})).rejects.toBe(over);
  });
});
