// Share: the three acts of every page.  Copying is done here, from what is on the screen, and asks nobody; the other two ask the app.
const STYLE = `display position top right bottom left z-index float clear box-sizing width height min-width min-height max-width max-height
margin-top margin-right margin-bottom margin-left padding-top padding-right padding-bottom padding-left overflow-x overflow-y
border-top-width border-right-width border-bottom-width border-left-width border-top-style border-right-style border-bottom-style border-left-style
border-top-color border-right-color border-bottom-color border-left-color border-top-left-radius border-top-right-radius border-bottom-left-radius
border-bottom-right-radius border-collapse border-spacing background-color background-image background-size background-position background-repeat
background-clip color opacity box-shadow outline-width outline-style outline-color outline-offset transform transform-origin rotate translate scale
font-family font-size font-weight font-style font-variant-numeric font-feature-settings line-height letter-spacing text-align text-align-last
text-decoration-line text-decoration-color text-transform text-indent text-overflow text-wrap-style text-wrap-mode white-space-collapse word-break
overflow-wrap line-break vertical-align writing-mode tab-size list-style-type list-style-position caption-side table-layout empty-cells
flex-direction flex-wrap flex-grow flex-shrink flex-basis order align-items align-self align-content justify-content justify-items justify-self
row-gap column-gap grid-template-columns grid-template-rows grid-auto-flow grid-auto-columns grid-auto-rows grid-column-start grid-column-end
grid-row-start grid-row-end visibility clip-path mask-image mask-size mask-position mask-repeat filter mix-blend-mode isolation aspect-ratio object-fit
-webkit-line-clamp -webkit-box-orient fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap
stroke-linejoin vector-effect shape-rendering paint-order text-anchor dominant-baseline stop-color stop-opacity`.trim().split(/\s+/);
const INHERITED = new Set(`border-collapse border-spacing color font-family font-size font-weight font-style font-variant-numeric font-feature-settings
line-height letter-spacing text-align text-align-last text-transform text-indent text-wrap-style text-wrap-mode white-space-collapse word-break overflow-wrap
line-break writing-mode tab-size list-style-type list-style-position caption-side empty-cells visibility fill fill-opacity fill-rule stroke stroke-width
stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin shape-rendering paint-order text-anchor dominant-baseline`.trim().split(/\s+/));
const SVG = 'http://www.w3.org/2000/svg', NEVER = 'script,style,template,iframe,link,form,details:not([open]),.kj-share,.kj-tip,.kj-end,.kj-close,[hidden]';
// What somebody wrote about a person was opened for a reason, by one pair of eyes: it is in no picture.
const WORDS = 'blockquote,textarea,input';
const KEPT = /^(colspan|rowspan|open|value|checked|type|start|src|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|viewBox|points|transform|offset|preserveAspectRatio|id|href|xlink:href|gradientUnits|patternUnits|clip-path|mask|xmlns)$/;

// --- what is on the screen, once more, with every style written out -----------------------------------------------------------
function copier(left) {
  const probe = document.body.appendChild(document.createElement('div'));
  probe.style.cssText = 'all:initial;display:none';
  const style = getComputedStyle(probe), first = Object.fromEntries(STYLE.map((name) => [name, style.getPropertyValue(name)]));
  first.display = 'inline';
  probe.remove();
  const written = (now, above, svg) => STYLE.filter((name) => {
    const value = now.getPropertyValue(name);
    return value !== (INHERITED.has(name) && above ? above.getPropertyValue(name) : first[name]) && !(svg && /^(width|height|d)$/.test(name));
  }).map((name) => `${name}:${now.getPropertyValue(name)}`).join(';');
  const one = (node, above, svg) => {
    const now = getComputedStyle(node), copy = node.tagName === 'CANVAS' ? document.createElement('img') : node.cloneNode(false);
    if (node.tagName === 'CANVAS') copy.src = node.toDataURL();
    [...copy.attributes].filter((a) => !KEPT.test(a.name)).forEach((a) => copy.removeAttribute(a.name));
    let css = (svg ? '' : 'all:unset;') + written(now, above, svg);
    if (!node.children.length && node.firstChild && !/^(pre|break-spaces)/.test(now.whiteSpaceCollapse)) {
      const range = document.createRange();
      range.selectNodeContents(node);
      if (range.getClientRects().length === 1) css += ';text-wrap-mode:nowrap';  // a line stays one, whatever a letter's width is rounded to
    }
    copy.setAttribute('style', css);
    return [copy, now];
  };
  const aside = (node, which, above) => {
    const now = getComputedStyle(node, which), content = now.content;
    if (content === 'none' || content === 'normal' || now.display === 'none') return null;
    const span = document.createElement('span');
    span.setAttribute('style', 'all:unset;' + written(now, above));
    span.textContent = /^"(.*)"$/s.exec(content)?.[1].replace(/\\(.)/g, '$1') ?? '';
    return span;
  };
  const deep = (node, above) => {
    if (node.nodeType === 3) return node.cloneNode();
    if (node.nodeType !== 1 || node.matches(NEVER) || getComputedStyle(node).display === 'none') return null;
    let less = false;
    const svg = node.namespaceURI === SVG && node.tagName !== 'svg', [copy, now] = one(node, above, svg);
    if (node.tagName === 'SELECT' || node.matches(WORDS)) {
      const said = document.createElement('div');
      said.setAttribute('style', `${copy.getAttribute('style')};text-wrap-mode:wrap`);
      said.textContent = node.tagName === 'SELECT' ? node.selectedOptions[0]?.textContent ?? '' : node.tagName === 'INPUT' ? '' : left;
      return said;
    }
    for (const child of [!svg && aside(node, '::before', now), ...[...node.childNodes].map((part) => {
      const made = deep(part, now);
      less ||= made ? made.__less : part.nodeType === 1 && part.matches('form,details') && part.getBoundingClientRect().height > 0;
      return made;
    }), !svg && aside(node, '::after', now)]) {
      if (child) copy.append(child);
    }
    if (node.scrollLeft) copy.firstElementChild?.setAttribute('style', `${copy.firstElementChild.getAttribute('style')};margin-left:${-node.scrollLeft}px`);
    if (less) { copy.__less = true; copy.setAttribute('style', `${copy.getAttribute('style')};height:auto;min-height:0;grid-template-rows:${now.gridTemplateRows.replace(/[\d.]+px/g, 'auto')}`); }
    return copy;
  };
  return (node) => {
    const copy = deep(node, null);
    if (copy) copy.setAttribute('style', `${copy.getAttribute('style')};margin:0;position:relative;inset:auto;float:none;max-height:none`);
    return copy;
  };
}

// --- which part of the page is its picture -------------------------------------------------------------------------------------
// The block of which most is on the screen; of a page of sections, and of a block too long for a picture, the section: whoever scrolls
// to a section copies that one.
const LONGEST = 2600;
function chosen(main) {
  const tall = (box) => box.getBoundingClientRect().height;
  const seen = (box) => {
    const r = box.getBoundingClientRect();
    return Math.max(0, Math.min(r.right, innerWidth) - Math.max(r.left, 0)) * Math.max(0, Math.min(r.bottom, innerHeight) - Math.max(r.top, 56));
  };
  const outer = (boxes) => boxes.filter((box) => !boxes.some((other) => other !== box && other.contains(box)));
  const parts = (box) => {
    if (tall(box) <= LONGEST && !box.querySelector(':scope > .views')) return [box];
    const within = outer([...box.querySelectorAll('section,.kj-card,.kj-lanes,.kj-heat,.kj-table')].filter((part) => tall(part) > 40));
    return within.length > 1 ? within : within.length && tall(within[0]) > LONGEST ? parts(within[0]) : within.length ? within : [box];
  };
  const blocks = outer([...main.querySelectorAll('.kj,.js-plotly-plot,[data-picture]')].filter((box) => !box.closest('.kj-share,.st-key-header') && tall(box) > 24));
  return blocks.flatMap(parts).reduce((best, box) => (!best || seen(box) > seen(best) * 1.02 ? box : best), null);
}

async function picture(foot, left) {
  const main = document.querySelector('.stMainBlockContainer'), block = main && chosen(main), copy = copier(left);
  if (!block) throw new Error('nothing to copy');
  await document.fonts.ready;
  const head = main.querySelector('h1'), sheet = document.createElement('div'), app = getComputedStyle(document.querySelector('.stApp'));
  const width = Math.ceil(Math.max(block.getBoundingClientRect().width, 320));
  sheet.setAttribute('style', `all:initial;box-sizing:border-box;display:block;padding:24px;width:${width + 48}px;`
    + `background:${app.backgroundColor};color:${app.color};font-family:${app.fontFamily};font-variant-numeric:tabular-nums`);
  if (head && !block.contains(head)) {
    for (const part of [head, head.parentElement.querySelector(':scope > .kj-note')]) {
      const title = part && copy(part);
      if (title) { title.style.cssText += ';width:auto;height:auto;text-wrap-mode:wrap;margin:0 0 6px'; sheet.append(title); }
    }
  }
  const body = sheet.appendChild(document.createElement('div'));
  body.setAttribute('style', `all:unset;display:block;width:${width}px;margin:${sheet.children.length > 1 ? 14 : 0}px 0 16px`);
  body.append(copy(block));
  const line = sheet.appendChild(document.createElement('div'));
  line.setAttribute('style', `all:unset;display:block;font:13px/1.5 ${app.fontFamily};color:${getComputedStyle(main.querySelector('.kj-note') ?? main).color}`);
  line.textContent = foot;
  const aside = document.body.appendChild(document.createElement('div'));
  aside.style.cssText = 'position:fixed;left:-99999px;top:0;visibility:hidden';
  aside.append(sheet);
  const height = Math.ceil(sheet.getBoundingClientRect().height);
  aside.remove();
  const whole = width + 48, scale = Math.min(2, 8192 / whole, 16000 / height, Math.sqrt(32e6 / (whole * height)));
  const drawn = `<svg xmlns="${SVG}" width="${whole}" height="${height}"><foreignObject width="100%" height="100%">${new XMLSerializer().serializeToString(sheet)}</foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(whole * scale); canvas.height = Math.round(height * scale);
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  pen.drawImage(image, 0, 0, whole, height);
  return await new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture'))), 'image/png'));
}

// --- the bar --------------------------------------------------------------------------------------------------------------------
const ICONS = {
  copy: 'M4 5h16v14H4zM4 15l4.5-4.5 4 4M12.5 14.5l3-3L20 16M15.5 8.5h.01', add: 'M4 5h10M4 10h10M4 15h6M17 12v8M13 16h8', present: 'M3 4h18v12H3zM10 7.5l5 2.5-5 2.5zM8 20h8',
};

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.kj-share'), words = data.words;
  if (root.__drawn !== JSON.stringify([data.acts, words])) {
    root.__drawn = JSON.stringify([data.acts, words]);
    root.classList.toggle('row', data.row);
    root.setAttribute('role', 'group');
    root.setAttribute('aria-label', words.label);
    root.replaceChildren(...data.acts.map(([act, label, tip]) => {
      const button = document.createElement('button');
      button.type = 'button'; button.dataset.act = act; button.title = tip;
      button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[act]}"/></svg>`;
      button.append(Object.assign(document.createElement('span'), { textContent: label }));
      return button;
    }));
    root.append(Object.assign(document.createElement('div'), { className: 'said' }));
    root.lastChild.setAttribute('role', 'status');
  }
  const said = root.querySelector('.said');
  const tell = (text, more = '', link = false, wrong = false) => {
    clearTimeout(root.__wait);
    said.replaceChildren(Object.assign(document.createElement('p'), { textContent: text }));
    said.classList.toggle('wrong', wrong);
    if (more) said.append(Object.assign(document.createElement('p'), { className: 'more', textContent: more }));
    if (link) {
      const open = said.appendChild(Object.assign(document.createElement('button'), { type: 'button', textContent: words.open }));
      open.dataset.act = 'open';
    }
    root.classList.remove('busy');
    root.__wait = setTimeout(() => { if (!said.contains(document.activeElement) && !said.matches(':hover')) said.replaceChildren(); }, wrong || link || more ? 12000 : 6000);
  };
  if (data.told && root.__turn !== data.turn) { root.__turn = data.turn; tell(data.told.text, data.told.more, data.told.link, data.told.wrong); }
  const save = (blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob); link.download = `${data.file}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 30000);
  };
  const copyNow = async () => {
    root.classList.add('busy');
    const main = document.querySelector('.stMainBlockContainer'), named = data.names && !(data.nameless && main?.querySelector(data.nameless));
    try {
      const made = picture(data.foot + (named ? ` · ${words.names_foot}` : ''), words.left);
      try {
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': made })]);
        tell(words.copied, named ? words.names : '');
      } catch {  // no clipboard here, or it was refused
        save(await made);
        tell(words.saved, named ? words.names : '');
      }
    } catch { tell(words.failed, '', false, true); }
  };
  root.onclick = (event) => {
    const act = event.target.closest('[data-act]')?.dataset.act;
    if (!act || root.classList.contains('busy')) return;
    if (act === 'copy') return copyNow();
    if (act === 'present') document.documentElement.requestFullscreen?.().catch(() => {});
    root.classList.add('busy');
    root.__wait = setTimeout(() => root.classList.remove('busy'), 8000);
    setTriggerValue('act', act);
  };
  root.onkeydown = (event) => { if (event.key === 'Escape') said.replaceChildren(); };
}
