#!/usr/bin/env node
// Starts the command line on the Node 24 that npm ci brought along, whatever the system's Node is.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, platform, versions } from 'node:process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function bundledNode() {
  try {
    const name = platform === 'win32' ? `node-win-${arch}/bin/node.exe` : `node-${platform}-${arch}/bin/node`;
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

const major = Number(versions.node.split('.')[0]);
const runtime = major >= 24 ? process.execPath : bundledNode();
if (runtime === undefined) {
  process.stderr.write(`hengjian needs Node 24, this is ${versions.node} and no bundled runtime was found → install Node 24 or run npm ci\n`);
  process.exit(1);
}

// Compiled sources are kept beside the packages, so that the next start is quicker.
const cache = fileURLToPath(new URL('../../../node_modules/.cache/hengjian', import.meta.url));
const env = { NODE_COMPILE_CACHE: cache, ...process.env };
const child = spawn(runtime, ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
