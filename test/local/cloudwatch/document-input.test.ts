import { GetMetricData$ } from '@aws-sdk/client-cloudwatch';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/local/cloudwatch/document-input.js';
import { serviceModel } from '../../../src/local/control-plane/service-model.js';

const schema = serviceModel({ GetMetricData$ })('GetMetricData')?.input ?? NormalizedSchema.of('unit');
const whole = { MetricDataQueries: [{ Id: 'a', ReturnData: true }], StartTime: 1.5, EndTime: { tag: 1, value: 2 } };

describe('a document of JSON or CBOR', () => {
  it('becomes the typed input, with instants of seconds, tagged or not, and without what nobody knows', () => {
    expect(readDocument(schema, { ...whole, Unknown: 1, NextToken: null })).toEqual({
      MetricDataQueries: [{ Id: 'a', ReturnData: true }],
      StartTime: new Date(1_500),
      EndTime: new Date(2_000),
    });
  });

  it.each([
    ['that is no structure', [], /the input must be a structure/],
    ['with a list that is none', { ...whole, MetricDataQueries: {} }, /MetricDataQueries must be a list/],
    ['with an item that is no structure', { ...whole, MetricDataQueries: ['a'] }, /member.1 must be a structure/],
    [
      'with a boolean that is none',
      { ...whole, MetricDataQueries: [{ Id: 'a', ReturnData: 'yes' }] },
      /must be a boolean/,
    ],
    ['with a text that is none', { ...whole, NextToken: 1 }, /NextToken must be a string/],
    ['with an instant that is none', { ...whole, StartTime: '2025-11-09' }, /StartTime must be a timestamp/],
    ['with an instant beyond time', { ...whole, EndTime: 1e300 }, /EndTime must be a timestamp/],
    [
      'without an item that is required',
      { ...whole, MetricDataQueries: [{}] },
      /MetricDataQueries.member.1.Id is required/,
    ],
    ['without what is required', {}, /MetricDataQueries is required/],
  ])('is refused %s', (_what, document, message) => {
    expect(() => readDocument(schema, document)).toThrow(message);
  });
});
