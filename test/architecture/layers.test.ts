import { describe, expect, it } from 'vitest';
import { wrongArrow } from './layers.js';
import { parseModule, readModules } from './source-files.js';

const modules = readModules();
const wrongIn = (path: string, text: string): string[] => {
  const module = parseModule(path, text);
  return module.arrows.map((arrow) => wrongArrow(module, arrow)).filter((each) => each !== undefined);
};

describe('imports', () => {
  it('are read from every module', () => {
    expect(modules.length).toBeGreaterThan(100);
    expect(modules.flatMap(({ arrows }) => arrows).length).toBeGreaterThan(300);
  });

  it('point down only', () => {
    const wrong = modules.flatMap((module) => module.arrows.map((arrow) => wrongArrow(module, arrow)));
    expect(wrong.filter((each) => each !== undefined)).toEqual([]);
  });

  it('lead to files that are there, written with .js', () => {
    const known = new Set(modules.map(({ path }) => path));
    const lost = modules.flatMap(({ path, arrows }) =>
      arrows.filter(({ to }) => to.startsWith('src/') && !known.has(to)).map(({ to, line }) => `${path}:${line} ${to}`),
    );
    expect(lost).toEqual([]);
  });

  it('make no circle at run time', () => {
    const next = new Map(
      modules.map(({ path, arrows }) => [
        path,
        arrows.filter((arrow) => !arrow.typeOnly && !arrow.dynamic).map(({ to }) => to),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const follow = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (trail.includes(path) || done.has(path)) return;
      for (const to of next.get(path) ?? []) follow(to, [...trail, path]);
      done.add(path);
    };
    for (const { path } of modules) follow(path, []);
    expect(circles).toEqual([]);
  });
});

describe('a test that can fail', () => {
  it.each([
    ['src/core/x.ts', "import { a } from '../ports/rds.js';"],
    ['src/ports/x.ts', "import type { System } from '../system/define-system.js';"],
    ['src/system/x.ts', "const y = await import('../postgres/index.js');"],
    ['src/system/load-postgres.ts', "import { connectPostgres } from '../postgres/index.js';"],
    ['src/restore/x.ts', "import { createDump } from '../backup/create-dump.js';"],
    ['src/backup/x.ts', "export { a } from '../restore/execute-plan.js';"],
    ['src/evidence/x.ts', "import { readManifest } from '../backup/find-dump.js';"],
    ['src/retention/x.ts', "import type { RdsPort } from '../ports/rds.js';"],
    ['src/integrity/x.ts', "import { BackupClient } from '../backup/backup-client.js';"],
    ['src/aws/x.ts', "import { BackupClient } from '../backup/backup-client.js';"],
    ['src/core/x.ts', "import pg from 'pg';"],
    ['src/backup/x.ts', "type Sdk = typeof import('@aws-sdk/client-rds');"],
    ['src/utils/x.ts', "import { a } from '../core/clock.js';"],
  ])('%s: %s', (path, text) => {
    expect(wrongIn(path, text)).toHaveLength(1);
  });

  it.each([
    ['src/system/load-postgres.ts', "const y = await import('../postgres/index.js');"],
    ['src/restore/x.ts', "import { parseManifest } from '../backup/dump-manifest.js';"],
    ['src/restore/steps/x.ts', "import { parseManifest } from '../../backup/dump-manifest.js';"],
    ['src/integrity/x.ts', "import { RestorePlanner } from '../restore/restore-planner.js';"],
    ['src/postgres/x.ts', "import pRetry from 'p-retry'; import { a } from '../core/clock.js';"],
    ['src/local/x.ts', "import { a } from '../aws/index.js';"],
  ])('%s: %s, and can pass', (path, text) => {
    expect(wrongIn(path, text)).toEqual([]);
  });
});
