import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAnswer, checkError, textOf } from './check-answer.js';
import { cloudWatchRows } from './cloudwatch-rows.js';
import { elastiCacheRows } from './elasticache-rows.js';
import { openPlace, type Place, type Subject, subjects } from './place.js';
import { rdsRows } from './rds-rows.js';
import { readXml } from './read-xml.js';
import { registeredOperations } from './registered-operations.js';
import type { Row } from './row.js';

const tables: readonly (readonly [string, Subject, readonly Row[]])[] = [
  ['RDS', subjects.rds, rdsRows],
  ['ElastiCache', subjects.elasticache, elastiCacheRows],
  ['CloudWatch', subjects.cloudwatch, cloudWatchRows],
];

/** What no request of a right form makes an error of. */
const neverRefused = ['DescribeAccountAttributes', 'DescribeDBEngineVersions'];

describe.each(tables)('%s', (_name, subject, rows) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(subject);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  it('has rows for every operation that is answered: one that is granted, one that is refused', async () => {
    const registered = await registeredOperations(place.region, subject.service, subject.module);
    const operations = (of: readonly Row[]): readonly string[] =>
      [...new Set(of.map(({ operation }) => operation))].sort();
    expect(operations(rows.filter(({ code }) => code === undefined))).toEqual([...registered].sort());
    const refusable = registered.filter((operation) => !neverRefused.includes(operation));
    expect(operations(rows.filter(({ code }) => code !== undefined))).toEqual(refusable.sort());
  });

  it.each(rows.map((row) => [`${row.operation} ${row.code ?? 'granted'}`, row] as const))(
    'answers %s as the model has it',
    async (_title, row) => {
      const { status, body, outcome } = await place.send(row);
      const answer = readXml(body);
      if (row.code === undefined) {
        expect({ body: status === 200 ? '' : body, status }).toEqual({ body: '', status: 200 });
        expect(checkAnswer(subject.module, row.operation, answer)).toEqual([]);
        for (const path of row.has ?? []) expect(outcome, path).toHaveProperty(`output.${path}`);
      } else {
        expect(checkError(subject.module, answer, status)).toEqual([]);
        expect(answer.children.map((error) => textOf(error, 'Code'))[0]).toBe(row.code);
        expect(outcome).toHaveProperty('error.$metadata.httpStatusCode', status);
      }
    },
  );
});
