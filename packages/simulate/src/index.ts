export type { CalibrationRow } from './calibration.ts';
export type { SimulationOptions, SimulationProgress, SimulationResult } from './simulate.ts';
export { simulate } from './simulate.ts';
