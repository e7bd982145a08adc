import { words } from '@hengjian/standard';

export const group = words('导入公布的知识点，查看知识库', 'imports published knowledge points and shows what a library holds');
