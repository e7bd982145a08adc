import { stateName } from '@hengjian/operations';
import { words } from '@hengjian/standard';
import { decideRule } from '@hengjian/workbench';
import type { CommandContext } from './command.ts';
import { required, text, type ValuesOf } from './options.ts';
import { signedOf, signedOptions } from './store-options.ts';

/** Options of the two decisions about a version of a rule. */
export const decideOptions = { ...signedOptions, why: required(text('text', words('理由，记入档案', 'why, for the record'))) } as const;

/** Approves or rejects a version and says what comes next. */
export async function runDecision(
  { ports, output }: CommandContext,
  which: 'approve' | 'reject',
  name: string,
  options: ValuesOf<typeof decideOptions>,
): Promise<number> {
  const kept = await decideRule(ports)({ ...(await signedOf(options, output)), which, name, why: options.why });
  const version = `${kept.rule_id}@${kept.version}`;
  const state = stateName(kept.state);
  const next = `hengjian rules publish ${version} --from`;
  output.say(
    which === 'approve'
      ? words(`${version} ${state.zh}；下一步：${next} 日期`, `${version} ${state.en}; next: ${next} DAY`)
      : words(`${version} ${state.zh}`, `${version} ${state.en}`),
  );
  output.result(kept);
  return 0;
}
