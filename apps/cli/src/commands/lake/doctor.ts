export { command } from './status.ts';
