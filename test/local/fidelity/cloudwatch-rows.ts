import { granted, type Row, refused } from './row.js';

const Metric = {
  Namespace: 'AWS/RDS',
  MetricName: 'FreeStorageSpace',
  Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'prod' }],
};
const hour = {
  StartTime: new Date('2025-11-09T13:00:00Z'),
  EndTime: new Date('2025-11-09T14:00:00Z'),
  MetricDataQueries: [{ Id: 'free', MetricStat: { Metric, Period: 60, Stat: 'Average' } }],
};

/** Requests to CloudWatch, which answers one operation. */
export const cloudWatchRows: readonly Row[] = [
  granted('GetMetricData', hour, ['MetricDataResults.0.Id', 'MetricDataResults.0.Values']),
  granted('GetMetricData', { ...hour, MaxDatapoints: 7, ScanBy: 'TimestampAscending' }, ['NextToken']),
  granted(
    'GetMetricData',
    (answers) => ({ ...hour, MaxDatapoints: 7, NextToken: answers.get('GetMetricData')?.NextToken }),
    ['MetricDataResults.0.Timestamps'],
  ),
  refused('GetMetricData', { ...hour, NextToken: 'none' }, 'InvalidNextToken'),
  refused('GetMetricData', { ...hour, StartTime: hour.EndTime }, 'ValidationError'),
];
