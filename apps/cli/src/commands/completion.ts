import { inputProblems, words } from '@hengjian/standard';
import { defineCommand } from '../command.ts';
import { completionScript, shells } from '../completion.ts';

export const command = defineCommand({
  says: words(
    '输出让终端补全命令和选项的脚本；bash：source <(hengjian completion bash)',
    'prints the script by which a shell completes commands and options; bash: source <(hengjian completion bash)',
  ),
  arguments: [{ name: words('终端', 'shell'), says: words('bash、zsh 或 fish', 'bash, zsh or fish') }],
  options: {},
  example: 'hengjian completion bash > ~/.local/share/bash-completion/completions/hengjian',
  async run({ output }, _options, [given = '']) {
    const shell = shells.find((one) => one === given);
    if (shell === undefined) {
      const expected = words('bash、zsh 或 fish', 'bash, zsh or fish');
      throw inputProblems.refused('value-invalid', { value: given, expected }, { field: 'shell' });
    }
    const script = await completionScript(shell, output.language);
    output.line(script);
    output.result({ shell, script });
    return undefined;
  },
});
