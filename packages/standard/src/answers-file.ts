/** Answers of a generated city. They lie beside its tables and are never one of them. */
export const answersFile = 'truth.parquet';
