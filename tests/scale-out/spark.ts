import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Home of a Spark 4: SPARK_HOME, or the pyspark that CI puts into `.cache/spark`. */
export function findSpark(): string | undefined {
  const given = process.env.SPARK_HOME;
  if (given !== undefined && existsSync(join(given, 'bin', 'spark-sql'))) return given;
  return globSync('.cache/spark/lib/python3*/site-packages/pyspark', { cwd: root })
    .map((path) => join(root, path))
    .find((home) => existsSync(join(home, 'bin', 'spark-sql')));
}
