import { formatYuan, splitByLargestRemainder } from '@hengjian/standard';
import type { Outpatient } from './agreement.ts';
import type { PoolFund } from './budget.ts';
import { part, type Step } from './step.ts';
import type { StatementLine } from './tally.ts';

const twelve = Array.from({ length: 12 }, () => 1);

interface Amount {
  readonly fixmedins_code: string;
  readonly line: StatementLine;
}

function yearly(agreed: Outpatient, fund: PoolFund | undefined): readonly Amount[] {
  const wanted = agreed.heads.map(({ heads }) => heads * agreed.per_head_fen);
  const sum = wanted.reduce((left, right) => left + right, 0);
  const most = fund?.forms.outpatient;
  const paid = most === undefined || sum <= most ? wanted : splitByLargestRemainder(most, wanted);
  return agreed.heads.map(({ fixmedins_code, heads }, index) => {
    const full = wanted[index] ?? 0;
    const fen = paid[index] ?? 0;
    const formula = `${heads} × ${formatYuan(agreed.per_head_fen)}`;
    const steps: Step[] = [part(`签约人数 × 人头标准 = ${formula}`, `persons × standard = ${formula}`, full)];
    if (fen !== full) steps.push(part('超出门诊预算，按比例核减', 'beyond the outpatient budget, cut in proportion', fen - full));
    return { fixmedins_code, line: { kind: 'outpatient', pool: agreed.pool, fen, steps } };
  });
}

/** What each institution gets per head in a year, within the outpatient money of the pool. */
export function outpatientYear(
  agreed: readonly Outpatient[],
  funds: ReadonlyMap<string, PoolFund>,
): ReadonlyMap<string, readonly StatementLine[]> {
  const lines = new Map<string, StatementLine[]>();
  for (const { fixmedins_code, line } of agreed.flatMap((each) => yearly(each, funds.get(each.pool)))) {
    lines.set(fixmedins_code, [...(lines.get(fixmedins_code) ?? []), line]);
  }
  return lines;
}

/** The instalment of a month (1 to 12): twelve of them are the year. */
export function outpatientMonth(
  agreed: readonly Outpatient[],
  funds: ReadonlyMap<string, PoolFund>,
  month: number,
): ReadonlyMap<string, readonly StatementLine[]> {
  const instalment = (line: StatementLine): StatementLine => {
    const fen = splitByLargestRemainder(line.fen, twelve)[month - 1] ?? 0;
    return {
      ...line,
      fen,
      steps: [
        part(`全年 ${formatYuan(line.fen)} 的第 ${month} 期（共 12 期）`, `instalment ${month} of 12 of ${formatYuan(line.fen)}`, fen),
      ],
    };
  };
  return new Map([...outpatientYear(agreed, funds)].map(([code, lines]) => [code, lines.map(instalment)]));
}
