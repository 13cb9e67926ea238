import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { querySettings, s3Settings } from '../../src/aws/client-settings.js';
import { type AwsOptions, connectAws } from '../../src/aws/index.js';
import { packageVersion } from '../../src/core/version.js';
import { useRegion } from './region.js';

const here = useRegion();
const region = 'us-east-1';
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

describe('connecting to AWS', () => {
  it('makes no request and loads no SDK', async () => {
    const script = `
      const { connectAws } = await import(${JSON.stringify(pathToFileURL('src/aws/index.ts').href)});
      const aws = connectAws({ region: 'us-east-1' });
      aws.objectStore({ bucket: 'b' });
      const { createRequire } = await import('node:module');
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('@aws-sdk'));
      console.log(loaded.length);
    `;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout.trim()).toBe('0');
  });

  it.each<[string, unknown]>([
    ['region', { region: 'us east' }],
    ['region', {}],
    ['endpoint', { region, endpoint: 'localhost:4566' }],
    ['rds', { region, s3: new S3Client({ region }) }],
    ['s3', { region, rds: new RDSClient({ region }) }],
    ['s3', { region, rds: new RDSClient({ region }), s3: {} }],
  ])('refuses options with a wrong %s', (field, options) => {
    expect(() => connectAws(options as AwsOptions)).toThrowError(
      expect.objectContaining({ code: 'invalid-input', field }),
    );
  });

  it('refuses clients of another region before the first request', async () => {
    const own = connectAws({
      region,
      rds: new RDSClient({ region: 'eu-west-1' }),
      s3: new S3Client({ region: 'eu-west-1' }),
    });
    await expect(own.rds.describeInstance('any')).rejects.toMatchObject({ code: 'invalid-input', field: 'region' });
    await expect(own.objectStore({ bucket: 'b' }).head('k')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('works with clients of the caller’s own', async () => {
    const { endpoint } = here.region();
    const settings = { region: here.region().region, endpoint, credentials, forcePathStyle: true };
    const own = connectAws({ region: settings.region, rds: new RDSClient(settings), s3: new S3Client(settings) });
    expect(await own.rds.describeInstance('missing')).toBeUndefined();
    expect(await own.objectStore({ bucket: 'zephyr-test' }).head('missing')).toBeUndefined();
  });

  it('says what it is to the server', async () => {
    const agents: string[] = [];
    const { createServer: createHttpServer } = await import('node:http');
    const server = createHttpServer((request, response) => {
      agents.push(String(request.headers['user-agent']));
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const aws = connectAws({ region, endpoint: `http://127.0.0.1:${port}`, credentials });
    await aws.objectStore({ bucket: 'bucket' }).head('key');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(agents[0]).toContain(`zephyr-backup/${packageVersion}`);
  });
});

describe('a server that cannot be reached', () => {
  it('any more while an object is read ends the body with an error, not with its end', async () => {
    const { createServer: createHttpServer } = await import('node:http');
    const server = createHttpServer((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000, etag: '"e"' });
      response.write('the first bytes', () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const aws = connectAws({ region, endpoint: `http://127.0.0.1:${port}`, credentials });
    const { body } = await aws.objectStore({ bucket: 'bucket' }).get('key');
    await expect(buffer(body)).rejects.toMatchObject({ code: 'service-unreachable', retryable: true });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is told within the SDK’s own attempts', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const aws = connectAws({ region, endpoint: `http://127.0.0.1:${port}`, credentials });
    await expect(aws.rds.describeInstance('any')).rejects.toMatchObject({
      code: 'service-unreachable',
      retryable: true,
      details: { awsCode: 'ECONNREFUSED', attempts: 3 },
    });
    await expect(aws.objectStore({ bucket: 'b' }).put('k', 'x')).rejects.toMatchObject({ code: 'service-unreachable' });
  });

  it('has no name', async () => {
    const aws = connectAws({ region, endpoint: 'http://no-such-host.invalid', credentials, maxAttempts: 1 });
    await expect(aws.rds.describeInstance('any')).rejects.toMatchObject({ code: 'service-unreachable' });
  });

  it('is left at once by the signal while it is silent', async () => {
    here.region().faults.inject({ fault: { kind: 'hang' } });
    const aws = connectAws({ region: here.region().region, endpoint: here.region().endpoint, credentials });
    for (const call of [
      (signal: AbortSignal) => aws.rds.describeInstance('any', { signal }),
      (signal: AbortSignal) => aws.objectStore({ bucket: 'b' }).put('k', 'x', {}, { signal }),
    ]) {
      const abort = new AbortController();
      const calling = expect(call(abort.signal)).rejects.toThrow('no longer');
      setTimeout(() => abort.abort(new Error('no longer')), 50);
      await calling;
    }
  });

  it('refuses credentials that are missing, within seconds', async () => {
    const aws = connectAws({
      region,
      endpoint: here.region().endpoint,
      credentials: () =>
        Promise.reject(Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' })),
    });
    await expect(aws.rds.describeInstance('any')).rejects.toMatchObject({ code: 'access-denied', retryable: false });
  });
});

describe('the settings of clients', () => {
  it('let nothing wait for ever', () => {
    for (const settings of [querySettings({ region }), s3Settings({ region })]) {
      expect(settings.requestHandler).toMatchObject({
        connectionTimeout: 5_000,
        requestTimeout: 30_000,
        throwOnRequestTimeout: true,
      });
      expect(settings.maxAttempts).toBe(3);
    }
  });

  it('address buckets by path only on a server of one’s own', () => {
    expect(s3Settings({ region }).forcePathStyle).toBe(false);
    expect(s3Settings({ region, endpoint: 'http://127.0.0.1:1' }).forcePathStyle).toBe(true);
  });
});

it('knows the version of its package', async () => {
  expect(JSON.parse(await readFile('package.json', 'utf8')).version).toBe(packageVersion);
});
