import { exitCodes } from './output.ts';
import { run } from './run.ts';

// A reader that has seen enough, such as `head`, closes the pipe; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.done);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), process.env);
