import { defineProblems } from '@hengjian/standard';

/** Problems of files for people that no problem of every package says. */
export const documentsProblems = defineProblems({
  'workbook-slow': {
    says: { zh: '读取工作簿超过 {seconds} 秒，已停止', en: 'reading the workbook took more than {seconds} seconds and was stopped' },
    remedy: { zh: '请另存为 CSV 后重试', en: 'export its sheets as CSV' },
    status: 413,
  },
  'workbook-locked': {
    says: { zh: '工作簿有打开密码', en: 'the workbook has a password' },
    remedy: { zh: '请去掉密码后另存', en: 'save it without a password' },
    status: 422,
  },
  'cells-merged': {
    says: {
      zh: '本行有合并单元格，无法判断属于哪一行',
      en: 'cells of this row are merged, so the sheet does not say which row they belong to',
    },
    remedy: { zh: '请取消合并并逐行填写', en: 'undo the merge and fill each row' },
    status: 422,
  },
  'browser-missing': {
    says: { zh: '未安装 Chromium，无法打印 PDF', en: 'PDF files are printed by Chromium, and none is installed' },
    remedy: {
      zh: '请安装 Chromium，或用 HENGJIAN_CHROMIUM 指明位置，或在浏览器中打开网页打印',
      en: 'install Chromium (Debian: apt install chromium), name it in HENGJIAN_CHROMIUM, or print the HTML page by hand',
    },
    status: 503,
  },
  'print-failed': {
    says: { zh: '浏览器未能打印（退出码 {code}）', en: 'the browser ended with {code} and printed nothing' },
    remedy: { zh: '请在浏览器中打开网页打印', en: 'open the HTML page in a browser and print it there' },
    status: 503,
  },
});
