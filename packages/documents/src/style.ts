/** The one style sheet of pages: screen and print, on A4. */
export const style = `
:root{--ink:#1d2733;--soft:#5c6b7a;--line:#d8dee6;--v:#b3261e;--s:#e8a33d;--bg:#fff}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:24px;color:var(--ink);background:var(--bg);
font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 10px;border-bottom:2px solid var(--ink);padding-bottom:4px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px;margin:18px 0}
.card{border:1px solid var(--line);border-radius:8px;padding:12px 16px}
.card b{display:block;font-size:22px}.card small{color:var(--soft);display:block}.card.v{border-left:6px solid var(--v)}
.card.s{border-left:6px solid var(--s)}
table{border-collapse:collapse;width:100%;margin:8px 0 18px;font-size:13.5px}
caption{text-align:left;color:var(--soft);padding:4px 0}
th,td{border-bottom:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top}th{background:#f3f5f8}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th.n{white-space:normal;min-width:4.5em}
svg{width:100%;height:auto;font:12px system-ui,"Noto Sans CJK SC",sans-serif}svg text{fill:var(--ink)}.v{fill:var(--v)}.s{fill:var(--s)}
.legend i{display:inline-block;width:12px;height:12px;margin:0 6px 0 14px}.empty,.note{color:var(--soft)}
details summary{cursor:pointer;color:var(--soft)}
#en:not(:checked)~.body [lang=en],#en:checked~.body [lang=zh]{display:none}
.switch{float:right;cursor:pointer;color:var(--soft);border:1px solid var(--line);border-radius:6px;padding:2px 10px}
#en{position:absolute;opacity:0}#en:focus-visible~.switch{outline:2px solid #1763c6}
@page{size:A4;margin:14mm}
@media print{.switch{display:none}body{max-width:none;padding:0;font-size:11px}h2{break-after:avoid}
tr,svg,.card{break-inside:avoid}details{display:block}details>*{display:block}}
`;
