import type { RuleCounts } from '@hengjian/rulespec';

/** Adds up the counts of the threads, rule by rule. */
export function addCounts(parts: readonly (readonly RuleCounts[])[], rules: number): RuleCounts[] {
  return Array.from({ length: rules }, (_, index) => {
    const unknown = new Map<string, number>();
    let [evaluated, hit, clear] = [0, 0, 0];
    for (const counts of parts) {
      const own = counts[index];
      if (own === undefined) continue;
      evaluated += own.evaluated;
      hit += own.hit;
      clear += own.clear;
      for (const [cause, count] of own.unknown) unknown.set(cause, (unknown.get(cause) ?? 0) + count);
    }
    return { evaluated, hit, clear, unknown };
  });
}
