/** Answers of a generated city. They lie beside its tables and are never one of them. */
export const answersFile = 'truth.parquet';

/** What a generator was told, beside its data. */
export const calibrationFile = 'calibration.json';
