import * as rds from '@aws-sdk/client-rds';
import { expect, it } from 'vitest';
import { checkAnswer, checkError } from './check-answer.js';
import { readXml } from './read-xml.js';

const answer = (result: string, operation = 'DescribeDBSnapshots'): readonly string[] => {
  const metadata = '<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>';
  const whole = `<${operation}Response xmlns="x"><${operation}Result>${result}</${operation}Result>${metadata}</${operation}Response>`;
  return checkAnswer(rds, operation, readXml(whole));
};
const snapshots = (inner: string): readonly string[] =>
  answer(`<DBSnapshots><DBSnapshot>${inner}</DBSnapshot></DBSnapshots>`);

/** One of the few structures with members that are required. */
const lifecycle =
  '<DBMajorEngineVersions><DBMajorEngineVersion><SupportedEngineLifecycles><SupportedEngineLifecycle/></SupportedEngineLifecycles></DBMajorEngineVersion></DBMajorEngineVersions>';

it('finds nothing wrong with what is right', () => {
  expect(
    snapshots('<Status>available</Status><Encrypted>true</Encrypted><PercentProgress>100</PercentProgress>'),
  ).toEqual([]);
  expect(
    snapshots(
      '<TagList><Tag><Key>a&amp;b</Key></Tag></TagList><SnapshotCreateTime>2025-11-09T14:00:00.000Z</SnapshotCreateTime>',
    ),
  ).toEqual([]);
  expect(answer('<DBSnapshots/>')).toEqual([]);
});

it.each([
  ['an unknown member', snapshots('<Colour>red</Colour>'), /Colour is no member/],
  ['a member twice', snapshots('<Status>a</Status><Status>b</Status>'), /Status is there twice/],
  ['a wrong boolean', snapshots('<Encrypted>True</Encrypted>'), /Encrypted cannot be "True"/],
  ['a wrong number', snapshots('<Port>many</Port>'), /Port cannot be "many"/],
  ['a wrong time', snapshots('<SnapshotCreateTime>Sun Nov 09 2025</SnapshotCreateTime>'), /cannot be "Sun/],
  ['a structure for a text', snapshots('<Status><x>1</x></Status>'), /Status is no structure/],
  ['a text for a structure', answer('<DBSnapshots>none</DBSnapshots>'), /is a list, not a text/],
  ['a wrong list member', answer('<DBSnapshots><member/></DBSnapshots>'), /has a member where DBSnapshot belongs/],
  ['a missing required member', answer(lifecycle, 'DescribeDBMajorEngineVersions'), /LifecycleSupportName is missing/],
] as const)('finds %s', (_what, complaints, expected) => {
  expect(complaints.join()).toMatch(expected);
});

it('holds errors to the codes and statuses of the model', () => {
  const error = (code: string, status: number): readonly string[] => {
    const inner = `<Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error>`;
    return checkError(rds, readXml(`<ErrorResponse>${inner}<RequestId>1</RequestId></ErrorResponse>`), status);
  };
  expect(error('DBInstanceNotFound', 404)).toEqual([]);
  expect(error('InvalidParameterValue', 400)).toEqual([]);
  expect(error('DBInstanceNotFound', 400)).toEqual(['DBInstanceNotFound comes with 400']);
  expect(error('DBInstanceNotFoundFault', 404)).toEqual([
    'DBInstanceNotFoundFault is no code of this service',
    'DBInstanceNotFoundFault comes with 404',
  ]);
  expect(checkError(rds, readXml('<Error/>'), 400)).toHaveLength(1);
});

it.each(['<a>', '<a></b>', '<a>x<b/></a>', '<a/><b/>', '<a>&nbsp;</a>', '<a b=c/>', ''])(
  'does not read %s',
  (document) => {
    expect(() => readXml(document)).toThrow();
  },
);
