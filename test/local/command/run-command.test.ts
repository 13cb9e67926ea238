import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalRegion } from '@zephyr/backup/local';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/local/command/read-arguments.js';
import { runCommand } from '../../../src/local/command/run-command.js';

interface Run {
  /** What has been printed, once there is something. */
  readonly printed: Promise<string>;
  readonly told: () => string;
  readonly ended: Promise<number>;
  readonly interrupt: () => void;
}

function run(...given: string[]): Run {
  const asked = new AbortController();
  let told = '';
  let ended: Promise<number> = Promise.resolve(0);
  const printed = new Promise<string>((resolve) => {
    ended = runCommand(given, {
      print: resolve,
      tell: (text) => {
        told += text;
      },
      signal: asked.signal,
    });
  });
  return { printed, told: () => told, ended, interrupt: () => asked.abort() };
}

describe('the command', () => {
  it('starts a region, prints what to export, and ends when it is interrupted', async () => {
    const command = run('--region', 'eu-west-1', '--bucket', 'one', '--bucket', 'two');
    const lines = (await command.printed).trimEnd().split('\n');
    const environment = Object.fromEntries(
      lines.map((line) => {
        const [, name = '', value = ''] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
        return [name, value];
      }),
    );
    expect(environment).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: expect.any(String) });
    const s3 = new S3Client({
      region: 'eu-west-1',
      endpoint: environment.AWS_ENDPOINT_URL ?? '',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      forcePathStyle: true,
    });
    for (const Bucket of ['one', 'two']) await s3.send(new HeadBucketCommand({ Bucket }));
    s3.destroy();
    command.interrupt();
    expect(await command.ended).toBe(0);
    await expect(fetch(environment.AWS_ENDPOINT_URL ?? '')).rejects.toThrow();
  });

  it('prints one line of JSON where it is asked to, and keeps its state in a directory', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'zephyr-command-'));
    for (const buckets of [['--bucket', 'kept'], []]) {
      const command = run('--json', '--directory', directory, ...buckets);
      const { endpoint, environment, region } = JSON.parse(await command.printed);
      expect([environment.AWS_ENDPOINT_URL, region]).toEqual([endpoint, 'us-east-1']);
      expect((await fetch(`${endpoint}/kept`, { method: 'HEAD' })).status).toBe(200);
      command.interrupt();
      expect(await command.ended).toBe(0);
    }
    await rm(directory, { recursive: true });
  });

  it('says how it is used', async () => {
    const command = run('--help');
    expect(await command.printed).toMatch(/^Usage: zephyr-local-region \[options\]\n/);
    expect(await command.ended).toBe(0);
  });

  it.each([
    [['--colour', 'red'], 2, /cannot be read: .*--colour.*\nSee zephyr-local-region --help\./s],
    [['extra'], 2, /cannot be read/],
    [['--port', 'many'], 2, /port is many\n/],
    [['--port', '70000'], 2, /port is 70000\n/],
    [['--region', 'Virginia'], 2, /: region is Virginia\n/],
  ])('refuses %j with %i', async (given, code, message) => {
    const command = run(...given);
    expect(await command.ended).toBe(code);
    expect(command.told()).toMatch(message);
  });

  it('says whose port it is that it cannot have', async () => {
    await using other = await startLocalRegion();
    const command = run('--port', new URL(other.endpoint).port);
    expect(await command.ended).toBe(1);
    expect(command.told()).toMatch(/^zephyr-local-region: the local region cannot listen on port \d+\n.*free one/);
  });
});

describe('its arguments', () => {
  it('are all read', () => {
    const given = ['--port', '1', '--region', 'r', '--account-id', 'a', '--directory', 'd', '--bucket', 'b'];
    expect(readArguments([...given, '--data-plane', '--cache-plane', '--json'])).toEqual({
      port: 1,
      region: 'r',
      accountId: 'a',
      directory: 'd',
      buckets: ['b'],
      dataPlane: true,
      cachePlane: true,
      json: true,
      help: false,
    });
  });
});

describe('the program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly at %s', async (signal) => {
    const root = new URL('../../../', import.meta.url);
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/zephyr-local-region.ts', '--json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [line] = await once(child.stdout, 'data');
    const { endpoint } = JSON.parse(String(line));
    expect((await fetch(endpoint)).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
