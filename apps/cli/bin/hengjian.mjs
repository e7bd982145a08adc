#!/usr/bin/env node
// Runs the command line on Node 24: in this process where it is one, else in one of the Node 24 that npm ci brought along.
import { spawn } from 'node:child_process';
import * as nodeModule from 'node:module';
import { arch, platform, versions } from 'node:process';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);
// Compiled sources are kept beside the packages, so that the next start is quicker.
const cache = process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../../../node_modules/.cache/hengjian', import.meta.url));

function bundledNode() {
  try {
    const name = platform === 'win32' ? `node-win-${arch}/bin/node.exe` : `node-${platform}-${arch}/bin/node`;
    return nodeModule.createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

/** Starts this file again on another Node. When this process is killed, the other one ends too: it sees the channel close. */
function runOn(runtime) {
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

if (Number(versions.node.split('.')[0]) >= 24) {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  if (process.connected) {
    process.on('disconnect', () => process.exit(137));
    process.channel?.unref();
  }
  nodeModule.enableCompileCache?.(cache);
  // Threads take it from the environment.
  process.env.NODE_COMPILE_CACHE = cache;
  await import(main.href);
} else {
  const runtime = bundledNode();
  if (runtime !== undefined) runOn(runtime);
  else {
    process.stderr.write(
      `本程序需要 Node 24，当前为 ${versions.node}，且未找到随附的运行时 → 请安装 Node 24 或执行 npm ci\n` +
        `hengjian needs Node 24, this is ${versions.node} and no bundled runtime was found → install Node 24 or run npm ci\n`,
    );
    process.exitCode = 1;
  }
}
