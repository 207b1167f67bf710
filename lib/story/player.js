// Player: a story on a whole window: one scene after the other, without asking the server for the next one.
// player(root, data, ask, out): `data` is what lib/story/slides.py makes (plain words; only the pictures are markup, escaped where
// they are drawn); `ask(question)` asks the app (null: nothing can be asked, as in a snapshot); `out(key)` starts a download.
function player(root, data, ask, out) {
  const old = root.__player;
  if (old) return old.take(data);
  const say = (key, values = {}) => (me.data.words[key] ?? '').replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const make = (tag, name, text) => { const e = document.createElement(tag); if (name) e.className = name; if (text !== undefined) e.textContent = text; return e; };
  const icon = (path) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  const ICONS = {
    before: 'M15 5l-7 7 7 7', next: 'M9 5l7 7-7 7', ask: 'M9.2 9a3 3 0 1 1 4.3 2.7c-1 .5-1.5 1.1-1.5 2.3M12 17.5v.6M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19',
    notes: 'M5 4h14v12l-4 4H5zM8.5 9h7M8.5 13h4', timer: 'M12 7.5V13l3.5 2M9.5 2.5h5M12 5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17',
    window: 'M3 5h12v9H3zM17.5 9H21v10H9v-2.5', ground: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18', laser: 'M12 12h.01M12 3v3M12 18v3M3 12h3M18 12h3',
    dark: 'M4 5h16v12H4zM9 21h6', full: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5', down: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14', close: 'M6 6l12 12M18 6L6 18',
  };
  const me = { data, at: 0, live: null, began: Date.now(), spent: [], since: Date.now(), turn: 0 };

  // --- what it is made of ---------------------------------------------------------------------------------------------------
  const box = make(data.modal ? 'dialog' : 'section', 'kjp'), page = box.appendChild(make('div', 'kjp-page'));
  box.setAttribute('aria-label', data.title);
  page.tabIndex = -1;
  page.innerHTML = `<div class="kjp-scene"><div class="kjp-head"><button type="button" class="kjp-back" data-do="back"></button><h2></h2><p class="kjp-caption"></p></div>
    <div class="kjp-body"><div class="kjp-picture"></div><ul class="kjp-more"></ul></div>
    <div class="kjp-foot"><p class="kjp-hidden"></p><p class="kjp-note"></p><p class="kjp-source"></p></div></div>
    <div class="kjp-ask" hidden></div><div class="kjp-keys" data-do="keys" role="region" hidden></div><div class="kjp-notes" hidden></div><div class="kjp-bar"></div>
    <p class="kjp-said" role="status"></p><div class="kjp-dark" hidden></div><i class="kjp-laser" hidden></i>`;
  const part = (name) => page.querySelector(`.kjp-${name}`), title = page.querySelector('h2');
  const [scene, back, caption, body, picture, more, hidden, note, source, asking, keys, notes, bar, said, dark, laser] =
    ['scene', 'back', 'caption', 'body', 'picture', 'more', 'hidden', 'note', 'source', 'ask', 'keys', 'notes', 'bar', 'said', 'dark', 'laser'].map(part);
  root.append(box);
  const now = () => me.live?.scene ?? me.data.scenes[me.at];
  const time = (ms) => { const s = Math.max(0, Math.floor(ms / 1000)); return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`; };

  // --- one scene --------------------------------------------------------------------------------------------------------------
  const wide = () => picture.getBoundingClientRect().width > 620;
  const put = (element, text) => { element.textContent = text || ''; element.hidden = !text; };
  const draw = () => {
    const shown = now();
    if (!shown) return;
    put(title, shown.title); put(caption, shown.caption); put(hidden, shown.hidden === shown.title ? '' : shown.hidden); put(note, shown.foot);
    put(source, me.live || (data.modal && me.at > 0) ? '' : me.data.source);
    put(back, me.live ? me.live.label : '');
    page.classList.toggle('asked', !!me.live);
    more.replaceChildren(...shown.more.map((line) => make('li', '', line)));
    more.hidden = !shown.more.length;
    box.dataset.at = me.at; box.dataset.live = me.live ? 'yes' : '';
    title.classList.toggle('long', shown.title.length > (me.data.lang === 'zh' ? 44 : 84));
    me.wide = undefined; scene.scrollTop = 0;
    fit();
    bar.querySelectorAll('.kjp-dots button').forEach((dot, i) => i === me.at ? dot.setAttribute('aria-current', 'step') : dot.removeAttribute('aria-current'));
    const [before, next] = ['before', 'next'].map((key) => bar.querySelector(`[data-do=${key}]`));
    before.disabled = me.at === 0 && !me.live; next.disabled = me.at === me.data.scenes.length - 1 && !me.live;
    tell();
  };
  // The picture of the shape that fits: pictures are drawn for a broad and for a narrow window, so that labels keep their size.
  const fit = () => {
    const broad = wide();
    if (broad === me.wide || !now()) return;
    me.wide = broad;
    picture.innerHTML = now()[broad ? 'wide' : 'tall'] || '';
    picture.hidden = !picture.firstChild;
    picture.firstChild?.setAttribute('preserveAspectRatio', 'xMinYMin meet');
    if (ask) picture.querySelectorAll('[data-i]').forEach((place) => {
      place.setAttribute('role', 'button'); place.setAttribute('tabindex', '0');
      place.setAttribute('aria-label', say('ask_of', { what: now().labels[place.dataset.i] }));
    });
  };
  const go = (to) => {
    me.live = null;
    to = Math.max(0, Math.min(to, me.data.scenes.length - 1));
    if (to !== me.at) {
      const t = Date.now();
      me.spent[me.at] = (me.spent[me.at] ?? 0) + t - me.since;
      me.since = t; me.at = to;
    }
    asking.hidden = keys.hidden = true; put(said, '');
    draw();
  };

  // --- the bar ----------------------------------------------------------------------------------------------------------------
  const button = (key, label, what) => {
    const b = make('button', 'kjp-key');
    b.type = 'button'; b.dataset.do = key; b.innerHTML = icon(ICONS[what ?? key]); b.title = label; b.setAttribute('aria-label', label);
    return b;
  };
  const furnish = () => {
    bar.replaceChildren(button('before', say('before')));
    const dots = bar.appendChild(make('div', 'kjp-dots'));
    me.data.scenes.forEach((one, i) => {
      const dot = dots.appendChild(make('button'));
      dot.type = 'button'; dot.dataset.to = i; dot.setAttribute('aria-label', `${i + 1}: ${one.title}`); dot.title = `${i + 1}: ${one.title}`;
    });
    bar.append(button('next', say('next')), make('span', 'kjp-gap'), make('span', 'kjp-time'));
    const there = [ask && 'ask', me.data.notes && 'notes', me.data.notes && 'window', 'timer', 'ground', 'laser', 'dark', page.requestFullscreen && 'full'].filter(Boolean);
    for (const key of there) bar.append(button(key, say(key)));
    keys.setAttribute('aria-label', say('keys_title'));
    keys.replaceChildren(make('h3', '', say('keys_title')), make('ul'));
    keys.lastChild.append(...['next', 'before', 'keys_place', ...there, 'keys_back'].map((key) => make('li', '', say(key))));
    for (const [key, label] of out ? me.data.out : []) {
      const b = button('out', say('out', { what: label }), 'down');
      b.dataset.of = key; b.append(make('span', '', label));
      bar.append(b);
    }
    if (me.data.modal) bar.append(button('close', say('close')));
  };

  // --- notes, next title and time: in this window, or in one of their own for the presenter's own screen -----------------------
  const APART = `body{margin:0;padding:32px 40px;background:#16181D;color:#ECEAE6;font:24px/1.55 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Segoe UI',system-ui,sans-serif}
    p{margin:0 0 24px;white-space:pre-line;overflow-wrap:anywhere}.kjp-when,.kjp-then{color:#A7ADB8;font-variant-numeric:tabular-nums}.kjp-now{font-size:28px;font-weight:650}`;
  let apart = null;
  const tell = () => {
    const t = Date.now(), here = (me.spent[me.at] ?? 0) + t - me.since, clock = bar.querySelector('.kjp-time');
    if (clock) { clock.textContent = `${time(t - me.began)} · ${time(here)}`; clock.hidden = !box.classList.contains('timed'); }
    const next = me.data.scenes[me.at + 1], lines = [
      ['kjp-when', say('time', { all: time(t - me.began), here: time(here), at: me.at + 1, of: me.data.scenes.length })],
      ['kjp-now', now()?.title ?? ''], ['kjp-words', now()?.notes || say('no_notes')], ['kjp-then', next ? say('then', { title: next.title }) : say('last')]];
    for (const place of [notes.hidden ? null : notes, apart && !apart.closed ? apart.document.querySelector('.kjp-apart') : null]) {
      if (!place) continue;
      if (!place.children.length) lines.forEach(([name]) => place.append(place.ownerDocument.createElement('p')));
      lines.forEach(([name, text], i) => { const p = place.children[i]; p.className = name; if (p.textContent !== text) p.textContent = text; });
    }
  };
  const open = () => {
    apart = window.open('', 'kanjian-notes', 'popup,width=900,height=640');
    if (!apart) return put(said, say('no_window'));
    const their = apart.document;
    their.title = say('window'); their.body.replaceChildren();
    const style = their.head.appendChild(their.createElement('style'));
    style.textContent = APART;
    their.documentElement.lang = me.data.lang;
    their.body.appendChild(their.createElement('div')).className = 'kjp-apart';
    their.onkeydown = key;
    tell();
  };
  const every = setInterval(() => {
    if (!root.isConnected) { clearInterval(every); apart?.close(); return; }
    if (shown() && (!document.hidden || (apart && !apart.closed))) tell();
  }, 1000);

  // --- a live question ----------------------------------------------------------------------------------------------------------
  const rows = () => {
    asking.replaceChildren(make('h3', '', say('ask_title')));
    for (const [what, options] of me.data.picks) {
      const row = asking.appendChild(make('div', 'kjp-row'));
      row.setAttribute('role', 'group'); row.setAttribute('aria-label', say(`by_${what}`));
      row.append(make('span', '', say(`by_${what}`)));
      const list = row.appendChild(make('div', 'kjp-list'));
      options.forEach((label, i) => {
        const b = list.appendChild(make('button', '', label));
        b.type = 'button'; b.dataset.pick = what; b.dataset.of = i;
        b.setAttribute('aria-pressed', me.live?.picked?.[what] === i ? 'true' : 'false');
      });
    }
  };
  const question = (more) => {
    if (!ask || me.waits) return;
    me.waits = setTimeout(() => { me.waits = 0; page.classList.remove('busy'); put(said, say('no_answer')); }, 15000);
    page.classList.add('busy'); put(said, say('busy'));
    ask({ stamp: me.data.stamp, scene: me.at, picked: me.live?.picked ?? {}, ...more });
  };
  const answered = (answer) => {
    clearTimeout(me.waits); me.waits = 0;
    page.classList.remove('busy');
    put(said, answer.say);
    if (!answer.scene) return;
    me.live = answer;
    asking.hidden = true;
    draw();
    page.focus({ preventScroll: true });
  };
  const at_place = (place) => question({ place: +place.dataset.i, asked: !!me.live });

  // --- keys, pointer, fingers ---------------------------------------------------------------------------------------------------
  const shown = () => !data.modal || box.open;
  const full = () => {
    if (document.fullscreenElement) return document.exitFullscreen();
    page.requestFullscreen?.().then(() => navigator.keyboard?.lock?.(['Escape']).catch(() => {}), () => put(said, say('no_full')));
  };
  const flip = (element) => { element.hidden = !element.hidden; };
  const away = () => {  // one step back: from black, from an answer, from a panel, from full screen, from the story
    if (!dark.hidden) return flip(dark);
    if (!keys.hidden) return flip(keys);
    if (!asking.hidden) { asking.hidden = true; return page.focus(); }
    if (me.live) { me.live = null; put(said, ''); return draw(); }
    if (document.fullscreenElement) return document.exitFullscreen();
    if (data.modal) close();
  };
  const close = () => { if (document.fullscreenElement) document.exitFullscreen(); box.close(); };
  const acts = {
    back: () => away(),
    before: () => me.live ? go(me.at) : go(me.at - 1), next: () => me.live ? go(me.at) : go(me.at + 1), close,
    ask: () => { if (!ask) return; rows(); flip(asking); (asking.hidden ? page : asking.querySelector('button'))?.focus(); },
    notes: () => { if (me.data.notes) { flip(notes); tell(); } }, window: () => me.data.notes && open(),
    timer: () => { box.classList.toggle('timed'); tell(); }, ground: () => ground(box.dataset.ground === 'black' ? 'paper' : 'black'),
    laser: () => { box.classList.toggle('pointing'); laser.hidden = !box.classList.contains('pointing'); }, dark: () => flip(dark), full, keys: () => flip(keys),
  };
  const ground = (to) => { box.dataset.ground = to; };
  const KEYS = {
    ArrowRight: 'next', ArrowDown: 'next', PageDown: 'next', ' ': 'next', Enter: 'next', ArrowLeft: 'before', ArrowUp: 'before', PageUp: 'before',
    n: 'notes', t: 'timer', b: 'dark', '.': 'dark', f: 'full', F5: 'full', q: 'ask', g: 'ground', l: 'laser', p: 'window', '?': 'keys', '\uff1f': 'keys',
  };
  const key = (event) => {
    if (!shown() || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();  // the app around it has keys of its own
    const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key, on = event.target.closest?.('button,[role=button]');
    if (event.target.closest?.('input,select,textarea')) return;
    if (pressed === 'Escape' || pressed === 'Backspace') { event.preventDefault(); return away(); }
    if (pressed === 'Tab') return;
    if ((pressed === 'Enter' || pressed === ' ') && on) { if (on.dataset.i !== undefined) { event.preventDefault(); at_place(on); } return; }
    if (!dark.hidden) { event.preventDefault(); return flip(dark); }
    if (!asking.hidden && pressed.startsWith('Arrow')) {
      const all = [...asking.querySelectorAll('button')], i = all.indexOf(document.activeElement);
      event.preventDefault();
      return all[Math.max(0, Math.min(all.length - 1, i + (/Right|Down/.test(pressed) ? 1 : -1)))]?.focus();
    }
    const act = KEYS[pressed];
    if (act) { event.preventDefault(); return acts[act](); }
    if (pressed === 'Home') { event.preventDefault(); return go(0); }
    if (pressed === 'End') { event.preventDefault(); return go(me.data.scenes.length - 1); }
    if (/^\d$/.test(pressed)) { event.preventDefault(); go(pressed === '0' ? 9 : +pressed - 1); }
  };
  box.addEventListener('keydown', key);
  if (!data.modal) document.addEventListener('keydown', (event) => { if (!box.contains(event.target)) key(event); });
  box.addEventListener('cancel', (event) => { event.preventDefault(); });
  box.addEventListener('close', () => root.querySelector('.kjp-start')?.focus());
  page.addEventListener('click', (event) => {
    const hit = event.target.closest('[data-do],[data-to],[data-pick],[data-i]');
    if (!dark.hidden) return flip(dark);
    if (!hit) return;
    const told = hit.dataset;
    if (told.to !== undefined) return go(+told.to);
    if (told.pick !== undefined) return question({ pick: told.pick, of: +told.of });
    if (told.i !== undefined) return at_place(hit);
    if (told.do === 'out') return leave(hit);
    acts[told.do]?.();
    if (told.do !== 'ask') page.focus({ preventScroll: true });
  });
  const leave = (hit) => {
    if (!out(told_of(hit), (state) => { hit.classList.toggle('busy', state === 'busy'); put(said, say(`out_${state}`, { what: hit.textContent })); })) put(said, say('out_failed', { what: hit.textContent }));
  };
  const told_of = (hit) => hit.dataset.of;
  page.addEventListener('pointermove', (event) => {
    if (box.classList.contains('pointing')) { laser.style.left = `${event.clientX}px`; laser.style.top = `${event.clientY}px`; }
    box.classList.remove('still'); clearTimeout(me.still);
    me.still = setTimeout(() => box.classList.add('still'), 4000);
  });
  page.addEventListener('focusin', () => box.classList.remove('still'));
  let from = null;
  page.addEventListener('touchstart', (event) => { from = event.touches.length === 1 ? [event.touches[0].clientX, event.touches[0].clientY] : null; }, { passive: true });
  page.addEventListener('touchend', (event) => {
    if (!from || event.target.closest('.kjp-ask,.kjp-bar,.kjp-notes')) return;
    const [x, y] = [event.changedTouches[0].clientX - from[0], event.changedTouches[0].clientY - from[1]];
    from = null;
    if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) acts[x < 0 ? 'next' : 'before']();
  });
  new ResizeObserver(() => fit()).observe(body);

  // --- open, and take what changed --------------------------------------------------------------------------------------------
  const start = () => {
    if (!me.data.scenes.length) return;
    if (data.modal && !box.open) box.showModal();
    me.began = me.since = Date.now(); me.spent = []; me.live = null;
    draw();
    page.focus({ preventScroll: true });
  };
  me.take = (fresh) => {
    if (fresh.stamp === me.data.stamp) return;
    me.data = fresh;
    me.at = Math.max(0, Math.min(me.at, fresh.scenes.length - 1));
    me.live = null;
    box.setAttribute('aria-label', fresh.title);
    if (!fresh.scenes.length && data.modal && box.open) close();
    furnish(); draw();
  };
  me.answered = (answer) => { if (answer && answer.turn !== me.turn) { me.turn = answer.turn; answered(answer); } };
  me.start = start;
  root.__player = me;
  ground(data.ground ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'black' : 'paper'));
  furnish(); draw();
  if (data.opened) start();
  return me;
}
