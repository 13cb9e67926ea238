import type { GetMetricDataInput, GetMetricDataOutput, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { WireFault } from '../wire/wire-fault.js';
import type { CloudWatchState } from './cloudwatch-service.js';
import { type MetricPoint, metricPoints } from './metric-points.js';
import { type MetricQuery, readMetricRequest } from './metric-query.js';

const minute = 60_000;

/** `GetMetricData`, of stored and measured values; without metric math. */
export async function getMetricData(state: CloudWatchState, input: GetMetricDataInput): Promise<GetMetricDataOutput> {
  const request = readMetricRequest(input);
  const skipped = input.NextToken === undefined ? 0 : readToken(input.NextToken);
  if (skipped === 0) await measure(state, request.queries);
  const now = state.clock.now().getTime();
  const found = request.queries.map((query) => ({ query, points: metricPoints(state.store, query, request, now) }));
  const total = found.reduce((count, { points }) => count + points.length, 0);
  if (skipped > total) throw invalidToken();
  const end = skipped + request.pageSize;
  const results: MetricDataResult[] = [];
  let before = 0;
  for (const { query, points } of found) {
    const from = Math.max(0, skipped - before);
    const page = points.slice(from, Math.max(0, end - before));
    // A metric without data is told of once.
    if (page.length > 0 || (points.length === 0 && skipped === 0)) {
      results.push(resultOf(query, page, points.length === 0 || before + points.length <= end));
    }
    before += points.length;
  }
  return { MetricDataResults: results, Messages: [], NextToken: end < total ? makeToken(end) : undefined };
}

/** What is measured now stands for the last whole minute, as CloudWatch tells of a minute when it is over. */
async function measure(state: CloudWatchState, queries: readonly MetricQuery[]): Promise<void> {
  const lastMinute = Math.floor(state.clock.now().getTime() / minute) * minute - minute;
  for (const { metric } of queries) {
    if (state.store.isSet(metric)) continue;
    const value = await state.measure(metric);
    if (value !== undefined) state.store.record(metric, lastMinute, value);
  }
}

function resultOf({ id, label }: MetricQuery, points: readonly MetricPoint[], isWhole: boolean): MetricDataResult {
  return {
    Id: id,
    Label: label,
    Timestamps: points.map(({ time }) => new Date(time)),
    Values: points.map(({ value }) => value),
    StatusCode: isWhole ? 'Complete' : 'PartialData',
  };
}

function makeToken(skipped: number): string {
  return Buffer.from(`after ${skipped}`).toString('base64url');
}

function readToken(token: string): number {
  const skipped = /^after (\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (skipped === undefined) throw invalidToken();
  return Number(skipped);
}

function invalidToken(): WireFault {
  return new WireFault({ code: 'InvalidNextToken', status: 400, message: 'The next token specified is invalid.' });
}
