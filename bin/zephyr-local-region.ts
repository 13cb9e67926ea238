#!/usr/bin/env node
import { runCommand } from '../src/local/command/run-command.js';

const asked = new AbortController();
// Once: who asks a second time is not kept waiting.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort());

void runCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  tell: (text) => void process.stderr.write(text),
  signal: asked.signal,
}).then((code) => {
  process.exitCode = code;
});
