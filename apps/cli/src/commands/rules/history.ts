import { publicationName, type Review, stateName } from '@hengjian/operations';
import { type Words, words } from '@hengjian/standard';
import { ruleHistory } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { daysText } from '../../print/rules.ts';
import { storeLocation, storeOptions } from '../../store-options.ts';

/** Kinds of a review. */
const reviewWords: Readonly<Record<string, Words>> = {
  checked: words('检查', 'checked'),
  backtested: words('回测', 'backtested'),
  approved: words('批准', 'approved'),
  rejected: words('退回', 'rejected'),
};

const tail = ({ why, summary }: Review): string => `${why === null ? '' : `: ${why}`}${summary === null ? '' : ` ${summary}`}`;

export const command = defineCommand({
  says: words('列出一条规则的全部版本、评审和发布', 'shows every version of a rule, its reviews and its publications'),
  arguments: [{ name: 'rule', says: words('规则编号', 'rule id') }],
  options: storeOptions,
  example: 'hengjian rules history N07 --data operations',
  async run({ ports, output }, options, [rule = '']) {
    const found = await ruleHistory(ports)({ store: storeLocation(options), rule });
    for (const { version, state, author, created_at, hash } of found.versions) {
      const [name, short] = [stateName(state), hash.slice(0, 12)];
      output.say(
        words(
          `${rule}@${version} ${name.zh}，${author} 起草于 ${created_at}（${short}）`,
          `${rule}@${version} ${name.en}, drafted by ${author} ${created_at} (${short})`,
        ),
      );
      for (const review of found.reviews.filter((one) => one.version === version)) {
        const kind = reviewWords[review.kind] ?? words(review.kind, review.kind);
        output.say(
          words(
            `  ${review.by_login} ${review.at} ${kind.zh}${tail(review)}`,
            `  ${kind.en} by ${review.by_login} ${review.at}${tail(review)}`,
          ),
        );
      }
      for (const { days } of found.in_force.filter((one) => one.version === version)) {
        for (const range of days) output.say(words(`  施行 ${daysText(range)}`, `  in force ${daysText(range)}`));
      }
    }
    for (const { seq, version, area, days, published_by, published_at, reason } of found.publications) {
      const end = `${published_by} ${published_at}${reason === null ? '' : `: ${reason}`}`;
      const head = `${publicationName(seq)} ${daysText(days)}`;
      output.say(
        words(
          `${head} ${version === null ? '停用' : `版本 ${version}`}，地区 ${area}，${end}`,
          `${head} ${version === null ? 'retired' : `version ${version}`} for ${area}, by ${end}`,
        ),
      );
    }
    output.result(found);
    return 0;
  },
});
