import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Cancelled, RefusedInput } from '@hengjian/standard';
import { auditLake, ingestFiles, settle } from '@hengjian/workbench';
import { portsFor } from '../ports.ts';

/** A server of few lines, to show that a use case needs nothing of the command line. One job runs at a time. */
const routes = { '/ingest': ingestFiles, '/audit': auditLake, '/settle': settle } as const;

async function bodyOf(request: IncomingMessage): Promise<never> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as never;
}

/** Streams progress as lines of JSON and ends with the result, the refusal, or the word that it was cancelled. */
async function answer(path: keyof typeof routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  const tell = (line: object): void => void response.write(`${JSON.stringify(line)}\n`);
  try {
    const result = await routes[path](portsFor(controller.signal, (progress) => tell({ progress })))(await bodyOf(request));
    tell({ result: result instanceof Object && 'run' in result ? result.pricing.scheme : result });
  } catch (error) {
    if (error instanceof RefusedInput) tell({ refused: error.problems.map(({ code }) => code) });
    else tell(error instanceof Cancelled ? { cancelled: true } : { fault: String(error) });
  }
  finished.push({ path, cancelled: controller.signal.aborted });
  response.end();
}

/** What came to an end, for tests that hang up. */
export const finished: { readonly path: string; readonly cancelled: boolean }[] = [];

const isRoute = (path: string): path is keyof typeof routes => Object.hasOwn(routes, path);

export const makeServer = (): Server =>
  createServer((request, response) => {
    const path = request.url ?? '';
    if (isRoute(path)) void answer(path, request, response);
    else response.writeHead(404).end();
  });
