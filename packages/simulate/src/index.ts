export type { CalibrationRow } from './calibration.ts';
export type { SimulationOptions, SimulationResult } from './simulate.ts';
export { simulate } from './simulate.ts';
