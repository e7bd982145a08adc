import { RefusedInput } from '@hengjian/standard';
import type { Role } from './people.ts';

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

const nextOf: Readonly<Record<State, string>> = {
  draft: 'check it first: hengjian rules submit',
  checked: 'back-test it first: hengjian rules backtest',
  backtested: 'let a second person approve it first: hengjian rules approve',
  approved: 'publish it: hengjian rules publish',
  published: 'a published version never changes; draft the next version of the rule: hengjian rules draft',
  retired: 'draft the next version of the rule: hengjian rules draft',
  rejected: 'draft the next version of the rule: hengjian rules draft',
};

/** The state after a step. Throws RefusedInput with the way out when the step is not allowed from there or to that person. */
export function nextState(step: Step, state: State, version: string, author: string, actor: string): State {
  const transition = transitions[step];
  if (!transition.from.includes(state)) {
    throw new RefusedInput({ code: 'rule-state', message: `${version} is ${state}; it cannot ${step} from there`, remedy: nextOf[state] });
  }
  if (!transition.author && author === actor) {
    throw new RefusedInput({
      code: 'rule-two-people',
      message: `${actor} drafted ${version} and may not ${step} it: that takes a second person`,
      remedy: 'let another person with the role rule_approver do it',
    });
  }
  return transition.to;
}
