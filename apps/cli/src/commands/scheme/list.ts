import { counted, words } from '@hengjian/standard';
import { listSchemes } from '@hengjian/workbench';
import { defineCommand } from '../../command.ts';
import { shared } from '../../options.ts';
import { schemeLine } from '../../print/scheme.ts';

export const command = defineCommand({
  says: words('可用的方案', 'schemes that can be used'),
  options: { schemes: shared.schemes },
  example: 'hengjian scheme list',
  async run({ ports, output }, options) {
    const { schemes, catalogues, imported } = await listSchemes(ports)(options);
    for (const { catalogue, hash } of catalogues) {
      const { zh, en } = catalogue.parameters.name;
      const [count, short] = [catalogue.groups.length, hash.slice(0, 16)];
      output.say(
        words(
          `${catalogue.id} ${zh}（DIP）：${count} 个病种，${short}`,
          `${catalogue.id} ${en} (DIP): ${counted(count, 'disease')}, ${short}`,
        ),
      );
    }
    for (const { scheme, hash, shipped } of schemes) {
      const line = schemeLine(scheme);
      const short = hash.slice(0, 16);
      output.say(
        words(`${line.zh}，${short}${shipped ? '，随程序提供' : ''}`, `${line.en}, ${short}${shipped ? ', comes with the program' : ''}`),
      );
    }
    if (!imported) {
      output.say(
        words(
          `${options.schemes} 中还没有导入的方案；导入：hengjian scheme import 文件或文件夹`,
          `nothing was imported into ${options.schemes} yet; import: hengjian scheme import FILE-OR-FOLDER`,
        ),
      );
    }
    output.result([
      ...schemes.map(({ scheme, hash, versions, shipped }) => ({
        id: scheme.id,
        hash,
        versions,
        shipped,
        name: scheme.name,
        effective: scheme.effective,
        demonstration: scheme.demonstration,
        drgs: scheme.drgs.length,
        variants: scheme.variants.map((variant) => variant.name),
      })),
      ...catalogues.map(({ catalogue, hash }) => ({ id: catalogue.id, hash, kind: 'dip', groups: catalogue.groups.length })),
    ]);
    return 0;
  },
});
