const filterBar = [
  'position:sticky;top:0;z-index:1;background:#fff;padding:12px 0',
  'border-bottom:1px solid var(--line);display:flex;flex-wrap:wrap;gap:8px 14px;align-items:end',
].join(';');
const filterField = [
  'font:inherit;color:var(--ink);background:#fff;border:1px solid var(--soft);border-radius:6px',
  'padding:4px 8px;display:block;max-width:100%',
].join(';');
const evenFigures = 'font-variant-numeric:tabular-nums';
const preformatted = [
  'background:var(--wash);border:1px solid var(--line);border-radius:6px;padding:8px 12px',
  'white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,Consolas,monospace',
].join(';');
/** Without the controls, over the whole sheet, and no rule or row cut in two. */
const onPaper = [
  '.filters,.switch,.skip{display:none}',
  'header,main,footer{max-width:none;padding:0}',
  'body{font-size:11px}',
  'details.rule{break-inside:avoid-page;border-color:#999}',
  'tr,li{break-inside:avoid}',
  'h2,h3,h4{break-after:avoid}',
  '.wide{overflow:visible}',
  'a{color:inherit;text-decoration:none}',
].join('');

/** Style of the catalogue: high contrast, one column on paper, Chinese unless the page says English. */
export const style = `
:root{--ink:#1b2430;--soft:#4d5a68;--line:#d5dbe3;--wash:#f4f6f9;--mark:#0b57a4;--v:#a3201a;--s:#8a5200;--t:#1f6b3a}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.65 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
header,main,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:24px;display:flex;flex-wrap:wrap;gap:12px 24px;align-items:baseline}
h1{font-size:26px;margin:0;flex:1 1 auto}
h2{font-size:20px;margin:36px 0 12px;padding-bottom:4px;border-bottom:2px solid var(--ink)}
h3{font-size:17px;margin:26px 0 8px}
h4{font-size:15px;margin:16px 0 4px}
p{margin:6px 0}
a{color:var(--mark)}
button{font:inherit;color:var(--ink);background:#fff;border:1px solid var(--soft);border-radius:6px;padding:4px 14px;cursor:pointer}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:#fff;padding:6px 12px}
html:not([data-lang=en]) [lang=en],html[data-lang=en] [lang=zh]{display:none}
.filters{${filterBar}}
.filters label{display:block;font-size:13px;color:var(--soft)}
.filters input,.filters select{${filterField}}
.filters .search{flex:1 1 220px}.filters .search input{width:100%}
.count{font-weight:600;margin:12px 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:16px 0;padding:0;list-style:none}
.cards li{border:1px solid var(--line);border-radius:8px;padding:10px 14px}.cards b{display:block;font-size:24px;line-height:1.3}
details.rule{border:1px solid var(--line);border-radius:8px;margin:8px 0;background:#fff;scroll-margin-top:120px}
details.rule>summary{cursor:pointer;padding:10px 14px;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
details.rule[open]>summary{border-bottom:1px solid var(--line);background:var(--wash);border-radius:8px 8px 0 0}
details.rule>div{padding:4px 16px 16px}
.id{font-weight:700;min-width:4.2em;${evenFigures}}.name{flex:1 1 14em}.code{color:var(--soft);font-size:13px;${evenFigures}}
.badge{border:1px solid currentColor;border-radius:10px;padding:0 9px;font-size:13px;white-space:nowrap}
.violation{color:var(--v)}.suspicious{color:var(--s)}.statistic{color:var(--t)}.plain{color:var(--soft)}
.logic{border-left:4px solid var(--mark);background:var(--wash);padding:8px 14px}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:4px 18px;margin:8px 0}
dl div{display:flex;gap:8px}dt{color:var(--soft);flex:0 0 auto}dd{margin:0}
ul{margin:4px 0;padding-left:22px}
pre{${preformatted}}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;margin:4px 0}
caption{text-align:left;color:var(--soft);padding:4px 0}
th,td{border-bottom:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top;overflow-wrap:break-word}
th{background:var(--wash);white-space:nowrap}
tr[data-item],h2{scroll-margin-top:90px}
[hidden]{display:none!important}
footer{padding-top:24px;padding-bottom:40px;color:var(--soft)}
@media print{${onPaper}}
`;

const shownRules = {
  zh: "'显示 ' + shown + ' 条，共 ' + rules.length + ' 条规则'",
  en: "shown + ' of ' + rules.length + ' rules'",
};
const hasEveryWord = [
  'var text = own.textContent.toLowerCase();',
  'return words.every(function (word) { return text.indexOf(word) >= 0; });',
].join(' ');
const isChosen = "(' ' + own.dataset[select.name] + ' ').indexOf(' ' + select.value + ' ') >= 0";
const openShown = [
  'closed = rules.filter(function (own) { return !own.hidden && !own.open; });',
  'closed.forEach(function (own) { own.open = true; });',
].join(' ');

/** Behaviour of the catalogue: language, search, filters, links to single rules, printing. Without it everything is readable in Chinese. */
export const script = `
(function () {
  var root = document.documentElement;
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var rules = all('details.rule');
  var items = all('tr[data-item]');
  var search = document.getElementById('search');
  var selects = all('.filters select');
  var count = document.getElementById('count');
  var language = document.getElementById('language');
  var texts = function (own) { return root.dataset.lang === 'en' ? own.dataset.en : own.dataset.zh; };
  function speak() {
    root.lang = root.dataset.lang === 'en' ? 'en' : 'zh-CN';
    all('option').forEach(function (own) { own.textContent = texts(own); });
    document.title = texts(document.querySelector('title'));
    search.placeholder = texts(search);
    tell();
  }
  function tell() {
    var shown = rules.filter(function (own) { return !own.hidden; }).length;
    count.textContent = root.dataset.lang === 'en' ? ${shownRules.en} : ${shownRules.zh};
  }
  function filter() {
    var words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    var has = function (own) { ${hasEveryWord} };
    rules.forEach(function (own) {
      own.hidden = !selects.every(function (select) { return select.value === '' || ${isChosen}; }) || !has(own);
    });
    all('section[data-class]').forEach(function (own) { own.hidden = !own.querySelector('details.rule:not([hidden])'); });
    items.forEach(function (own) { own.hidden = !has(own); });
    tell();
  }
  function reveal() {
    var own = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!own || own.tagName !== 'DETAILS') return;
    if (own.hidden) { search.value = ''; selects.forEach(function (select) { select.value = ''; }); filter(); }
    own.open = true;
    own.scrollIntoView();
  }
  language.addEventListener('click', function () { root.dataset.lang = root.dataset.lang === 'en' ? 'zh' : 'en'; speak(); });
  search.addEventListener('input', filter);
  selects.forEach(function (select) { select.addEventListener('change', filter); });
  window.addEventListener('hashchange', reveal);
  var closed = [];
  window.addEventListener('beforeprint', function () { ${openShown} });
  window.addEventListener('afterprint', function () { closed.forEach(function (own) { own.open = false; }); });
  speak();
  reveal();
})();
`;
