export { interpretEvents as reduceEvents } from './interpret.ts';
