import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allowsValue, postgresParameters, serverParameters } from '../../../src/local/rds/postgres-parameters.js';

const named = (name: string) => {
  const definition = postgresParameters.find((one) => one.name === name);
  if (definition === undefined) throw new Error(`${name} is not known`);
  return definition;
};

it('takes exactly the whole numbers within the limits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16_000_000 }), (number) => {
      expect(allowsValue(named('max_connections'), String(number))).toBe(number >= 6 && number <= 8_388_607);
    }),
  );
  fc.assert(
    fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (number) => {
      const text = number.toFixed(3);
      expect(allowsValue(named('checkpoint_completion_target'), text)).toBe(Number(text) >= 0 && Number(text) <= 1);
      if (!Number.isInteger(number)) expect(allowsValue(named('max_connections'), `${text}`)).toBe(false);
    }),
  );
});

it('takes no words for numbers, and any text where nothing is said', () => {
  expect(allowsValue(named('checkpoint_completion_target'), 'much')).toBe(false);
  expect(allowsValue(named('max_connections'), 'many')).toBe(false);
  expect(allowsValue(named('autovacuum'), '2')).toBe(false);
  expect(allowsValue(named('timezone'), 'Europe/Zurich')).toBe(true);
  expect(allowsValue(named('archive_command'), '/bin/true')).toBe(true);
});

it('takes formulas for whole numbers, and lists of what is allowed in any order', () => {
  expect(allowsValue(named('shared_buffers'), '{DBInstanceClassMemory/32768}')).toBe(true);
  expect(allowsValue(named('log_statement'), '{DBInstanceClassMemory}')).toBe(false);
  const libraries = named('shared_preload_libraries');
  const known = libraries.allowed?.split(',') ?? [];
  fc.assert(
    fc.property(fc.shuffledSubarray(known, { minLength: 1 }), (chosen) => {
      expect(allowsValue(libraries, chosen.join(','))).toBe(true);
      expect(allowsValue(libraries, [...chosen, 'mine'].join(','))).toBe(false);
    }),
  );
});

it('describes every parameter so that its own default is allowed', () => {
  for (const definition of postgresParameters) {
    if (definition.value !== undefined) expect(allowsValue(definition, definition.value), definition.name).toBe(true);
  }
});

it('gives a server only what it can have, and a replica nothing that must be as at its source', () => {
  const values = new Map([
    ['work_mem', '8192'],
    ['max_connections', '57'],
    ['max_worker_processes', '{DBInstanceClassMemory/1}'],
    ['rds.force_ssl', '1'],
    ['shared_preload_libraries', 'pg_cron'],
    ['shared_buffers', '16384'],
  ]);
  expect(serverParameters(values, { isReplica: false })).toEqual({ work_mem: '8192', max_connections: '57' });
  expect(serverParameters(values, { isReplica: true })).toEqual({ work_mem: '8192' });
});
