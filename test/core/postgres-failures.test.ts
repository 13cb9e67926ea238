import { describe, expect, it } from 'vitest';
import { classifyPostgresFailure, failureCode } from '../../src/core/postgres-failures.js';

const withCode = (code: string) => Object.assign(new Error('some message'), { code });

describe('a failure of a PostgreSQL connection', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03', '53300', '08001', '08004'])(
    '%s was never connected, whenever it shows',
    (code) => {
      expect(classifyPostgresFailure(withCode(code), 'connect')).toBe('never-connected');
      expect(classifyPostgresFailure(withCode(code), 'statement')).toBe('never-connected');
    },
  );

  it.each(['timeout expired', 'timeout exceeded when trying to connect'])('"%s" was never connected', (message) => {
    expect(classifyPostgresFailure(new Error(message), 'statement')).toBe('never-connected');
  });

  it.each(['40001', '40P01', '25006', '55P03', '57014', '53200', '53400', '57P05', '25P03', '25P04'])(
    '%s was rolled back',
    (code) => {
      expect(classifyPostgresFailure(withCode(code), 'statement')).toBe('rolled-back');
    },
  );

  it.each([
    '57P01',
    '57P02',
    '08000',
    '08003',
    '08006',
    '08007',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ])('%s is ambiguous once something was sent, and harmless before', (code) => {
    expect(classifyPostgresFailure(withCode(code), 'statement')).toBe('ambiguous');
    expect(classifyPostgresFailure(withCode(code), 'connect')).toBe('never-connected');
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Query read timeout',
  ])('"%s", which comes without a code, is ambiguous', (message) => {
    expect(classifyPostgresFailure(new Error(message), 'statement')).toBe('ambiguous');
    expect(classifyPostgresFailure(new Error(message), 'connect')).toBe('never-connected');
  });

  it.each([
    '28P01',
    '28000',
    '3D000',
    '42P01',
    '22P02',
    '23505',
    '0A000',
    '53100',
    '57P04',
    '58030',
    'XX001',
    'CERT_HAS_EXPIRED',
  ])('%s is permanent', (code) => {
    expect(classifyPostgresFailure(withCode(code), 'connect')).toBe('permanent');
    expect(classifyPostgresFailure(withCode(code), 'statement')).toBe('permanent');
  });

  it('is permanent where nothing is known of it', () => {
    expect(classifyPostgresFailure(new Error('The server does not support SSL connections'), 'connect')).toBe(
      'permanent',
    );
    expect(classifyPostgresFailure('text', 'connect')).toBe('permanent');
    // A code decides even if the message sounds like something else.
    expect(classifyPostgresFailure(Object.assign(new Error('timeout expired'), { code: '42P01' }), 'connect')).toBe(
      'permanent',
    );
  });
});

describe('the code of a failure', () => {
  it('is empty where there is none', () => {
    expect(failureCode(withCode('57P01'))).toBe('57P01');
    for (const none of [new Error('x'), null, undefined, 'text', { code: 42 }]) expect(failureCode(none)).toBe('');
  });
});
