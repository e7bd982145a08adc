import { type Words, words } from '@hengjian/standard';
import type { Role } from './people.ts';
import { operationsProblems } from './problems.ts';

/** States of one version of a rule. */
export const states = ['draft', 'checked', 'backtested', 'approved', 'published', 'retired', 'rejected'] as const;
export type State = (typeof states)[number];
export type Step = 'check' | 'backtest' | 'approve' | 'reject' | 'publish' | 'retire';

interface Transition {
  readonly from: readonly State[];
  readonly to: State;
  readonly role: Role;
  /** Whether the author of the version may take the step. */
  readonly author: boolean;
}

/** Every allowed step. What is not here is refused. */
export const transitions: Readonly<Record<Step, Transition>> = {
  check: { from: ['draft', 'checked'], to: 'checked', role: 'rule_author', author: true },
  backtest: { from: ['checked', 'backtested'], to: 'backtested', role: 'rule_author', author: true },
  approve: { from: ['backtested'], to: 'approved', role: 'rule_approver', author: false },
  reject: { from: ['draft', 'checked', 'backtested', 'approved'], to: 'rejected', role: 'rule_approver', author: false },
  publish: { from: ['approved', 'published'], to: 'published', role: 'rule_approver', author: false },
  retire: { from: ['published'], to: 'retired', role: 'rule_approver', author: false },
};

const draftNext = words('请起草该规则的下一版本：hengjian rules draft', 'draft the next version of the rule: hengjian rules draft');

/** What may follow in each state, and the name of the state. */
const stateWords: Readonly<Record<State, { readonly name: Words; readonly next: Words }>> = {
  draft: { name: words('草稿', 'draft'), next: words('请先检查：hengjian rules submit', 'check it first: hengjian rules submit') },
  checked: {
    name: words('已检查', 'checked'),
    next: words('请先回溯测试：hengjian rules backtest', 'back-test it first: hengjian rules backtest'),
  },
  backtested: {
    name: words('已测试', 'backtested'),
    next: words('请先由另一人批准：hengjian rules approve', 'let a second person approve it first: hengjian rules approve'),
  },
  approved: { name: words('已批准', 'approved'), next: words('请发布：hengjian rules publish', 'publish it: hengjian rules publish') },
  published: { name: words('已发布', 'published'), next: draftNext },
  retired: { name: words('已停用', 'retired'), next: draftNext },
  rejected: { name: words('已否决', 'rejected'), next: draftNext },
};

/** Name of each step. */
export const stepWords: Readonly<Record<Step, Words>> = {
  check: words('检查', 'check'),
  backtest: words('测试', 'backtest'),
  approve: words('批准', 'approve'),
  reject: words('否决', 'reject'),
  publish: words('发布', 'publish'),
  retire: words('停用', 'retire'),
};

/** Name of a state. */
export const stateName = (state: State): Words => stateWords[state].name;

/** Reads a state; undefined for any other text. */
export const readState = (text: string): State | undefined => states.find((state) => state === text);

/** The state after a step. Throws RefusedInput with the way out when the step is not allowed from there or to that person. */
export function nextState(step: Step, state: State, version: string, author: string, actor: string): State {
  const transition = transitions[step];
  if (!transition.from.includes(state)) {
    const { name, next } = stateWords[state];
    throw operationsProblems.refused('rule-state', { version, state: name, step: stepWords[step], next });
  }
  if (!transition.author && author === actor) throw operationsProblems.refused('two-people', { login: actor, subject: version });
  return transition.to;
}
