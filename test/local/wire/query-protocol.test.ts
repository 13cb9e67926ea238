import { connect } from 'node:net';
import { CreateDBSnapshotCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import { afterAll, beforeAll, expect, it } from 'vitest';

let region: LocalRegion;
beforeAll(async () => {
  region = await startLocalRegion();
});
afterAll(() => region.close());

const post = async (form: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> => {
  const contentType = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(region.endpoint, { method: 'POST', body: form, headers: { ...contentType, ...headers } });
  return { status: answer.status, text: await answer.text() };
};

it.each([
  ['Action=Fly', 400, 'InvalidAction'],
  ['Version=2014-10-31', 400, 'MissingAction'],
  ['Action=CreateDBSnapshot', 400, 'MissingParameter'],
  ['Action=CreateDBSnapshot&DBSnapshotIdentifier=x', 400, 'MissingParameter'],
  ['Action=DescribeDBInstances&Colour=red', 400, 'MalformedInput'],
  ['Action=DescribeDBInstances&MaxRecords=many', 400, 'MalformedInput'],
  ['Action=DescribeDBInstances&Filters.Filter.x.Name=a', 400, 'MalformedInput'],
  ['Action=DescribeDBInstances&Filters.Filter.1.Name.deep=a', 400, 'MalformedInput'],
  ['Action=DescribeDBSnapshots&IncludePublic=perhaps', 400, 'MalformedInput'],
  ['Action=DescribeEvents&StartTime=yesterday', 400, 'MalformedInput'],
  ['Action=DescribeDBInstances&DBInstanceIdentifier=gone', 404, 'DBInstanceNotFound'],
  [`Action=DescribeDBInstances&${'a.'.repeat(1000)}b=1`, 400, 'MalformedInput'],
  ['%%%', 400, 'MissingAction'],
])('answers %s with %i %s, in the form of the service', async (form, status, code) => {
  const answer = await post(form);
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(/^<ErrorResponse xmlns="http:\/\/rds.amazonaws.com\/doc\/2014-10-31\/"><Error>/);
  expect(answer.text).toContain(`<Type>Sender</Type><Code>${code}</Code>`);
  expect(answer.text).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/);
});

it('refuses a form of more than a megabyte', async () => {
  expect((await post(`Action=DescribeDBInstances&Marker=${'x'.repeat(2_000_000)}`)).status).toBe(413);
});

it('survives what is no HTTP, and what breaks off in the middle', async () => {
  const { port } = new URL(region.endpoint);
  for (const text of ['hello\r\n\r\n', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nAction=']) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(text));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.resume();
    });
  }
  expect((await post('Action=DescribeDBInstances')).status).toBe(200);
});

it('refuses a version of the service that is another one', async () => {
  const answer = await post('Action=DescribeDBInstances&Version=2013-01-10');
  expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('for version 2013-01-10') });
});

it('takes a request for a service that is not here as an error, not as one of the others', async () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=A/20251109/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0';
  expect(await post('Action=ListQueues', { authorization })).toMatchObject({
    status: 404,
    text: expect.stringContaining('UnknownService'),
  });
});

it('takes values that XML and forms have to escape, and masks what is secret in the record of calls', async () => {
  const rds = new RDSClient({ region: region.region, endpoint: region.endpoint, credentials: region.credentials });
  const command = new CreateDBSnapshotCommand({
    DBInstanceIdentifier: 'a&b=<c>"d" é %\r\n',
    DBSnapshotIdentifier: 'x',
    Tags: [{ Key: 'k', Value: 'v' }],
  });
  await expect(rds.send(command)).rejects.toMatchObject({ message: 'DBInstance a&b=<c>"d" é %\r\n not found.' });
  expect(region.calls.list('CreateDBSnapshot').at(-1)?.input).toEqual(command.input);
  await post('Action=CreateDBInstance&DBInstanceIdentifier=i&Engine=x&DBInstanceClass=c&MasterUserPassword=hunter22');
  expect(region.calls.list('CreateDBInstance').at(-1)?.input.MasterUserPassword).toBe('****');
  expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
});
