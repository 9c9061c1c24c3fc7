// The page works without this. With it: drafts are saved as one types, what is shown follows what happens, and
// keys move. Nothing is kept in the browser.
'use strict';
(() => {
  const DRAFT_MS = 1200;
  const PLACE_MS = 500;
  const POLL_MS = 15000;
  const main = document.getElementById('main');
  const words = main.dataset;

  const note = (text, label, act) => {
    const bar = document.querySelector('.note') || main.appendChild(document.createElement('p'));
    bar.className = 'note answer';
    bar.setAttribute('role', 'status');
    bar.textContent = text + ' ';
    if (label) {
      const button = bar.appendChild(document.createElement('button'));
      button.type = 'button';
      button.textContent = label;
      button.addEventListener('click', act);
    }
  };

  // Drafts.
  const saving = new Map();

  const saveDraft = async (form) => {
    clearTimeout(saving.get(form));
    saving.delete(form);
    const body = new URLSearchParams(new FormData(form));
    body.delete('back');
    try {
      const answer = await fetch('/page/draft', { method: 'POST', body, keepalive: true });
      if (answer.status !== 204) throw new Error(String(answer.status));
      form.dataset.state = words.saved;
    } catch {
      form.dataset.state = words.notSaved;
    }
    let state = form.querySelector('output');
    if (!state) state = form.appendChild(document.createElement('output'));
    state.textContent = form.dataset.state;
  };

  const watchDrafts = () => {
    for (const form of document.querySelectorAll('form[data-draft]')) {
      const field = form.elements.words;
      if (!field) continue;
      field.addEventListener('input', () => {
        if (!saving.has(form)) saving.set(form, setTimeout(saveDraft, DRAFT_MS, form));
      });
      form.addEventListener('submit', () => {
        clearTimeout(saving.get(form));
        saving.delete(form);
      });
    }
  };

  // The place that the words name, as one types.
  const watchPlace = () => {
    const shown = document.querySelector('[data-place]');
    if (!shown) return;
    const form = shown.closest('form');
    let timer = 0;
    const ask = async () => {
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, words: form.elements.words.value });
      try {
        const answer = await fetch('/page/place', { method: 'POST', body });
        if (answer.ok) shown.textContent = (await answer.json()).place;
      } catch {
        // with the next letter
      }
    };
    form.elements.words.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PLACE_MS);
    });
  };

  const saveAll = () => Promise.all([...saving.keys()].map(saveDraft));

  // What is shown follows what happens.
  const isBusy = () =>
    document.querySelector('[data-row] input:checked') !== null ||
    (document.activeElement && document.activeElement.closest('.bulk') !== null);

  const rowsNow = () => [...document.querySelectorAll('[data-row]')];

  const choose = (row) => {
    row.classList.add('here');
    row.scrollIntoView({ block: 'nearest' });
    const link = row.querySelector('a');
    if (link) link.focus();
  };

  // The row that was chosen stays chosen; where it has gone, the one that took its place.
  const keepPlace = (change) => {
    const rows = rowsNow();
    const at = rows.findIndex((row) => row.classList.contains('here'));
    const link = at >= 0 && rows[at].querySelector('a');
    const hadFocus = at >= 0 && rows[at].contains(document.activeElement);
    change();
    if (at < 0 || rowsNow().some((row) => row.classList.contains('here'))) return;
    const now = rowsNow();
    const same = now.find((row) => link && row.querySelector('a')?.href === link.href) || now[Math.min(at, now.length - 1)];
    if (same && hadFocus) choose(same);
    else if (same) same.classList.add('here');
  };

  const show = (fresh) => keepPlace(() => {
    for (const mark of ['[data-live]', '[data-others]', 'h1 small']) {
      const old = document.querySelector(mark);
      const now = fresh.querySelector(mark);
      if (old && now && old.innerHTML !== now.innerHTML) old.replaceWith(document.adoptNode(now));
    }
  });

  const refresh = async () => {
    const answer = await fetch(location.pathname + location.search, { headers: { Accept: 'text/html' } });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  };

  // A row's own button, by its key: the other rows stay where they are.
  const send = async (button) => {
    const fields = button.form.elements;
    const body = new URLSearchParams({ csrf: fields.csrf.value, nonce: fields.nonce.value, [button.name]: button.value });
    const answer = await fetch(button.getAttribute('formaction'), { method: 'POST', body });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const said = fresh.querySelector('.problem, .answer');
    if (!answer.ok || !fresh.querySelector('[data-live]')) location.assign(answer.ok ? answer.url : location.href);
    else show(fresh);
    if (said) note(said.textContent);
  };

  let waiting = 0;
  const happened = (isOfCase) => {
    if (words.case) {
      if (!isOfCase) return;
      refresh().catch(() => {});
      note(words.newStep, words.lookNow, () => saveAll().finally(() => location.reload()));
      return;
    }
    if (!document.querySelector('[data-live]') || isBusy() || waiting) return;
    waiting = setTimeout(() => {
      waiting = 0;
      refresh().catch(() => {});
    }, 150);
  };

  const poll = (query) => {
    let [last, ofCase] = words.last.split('.');
    setInterval(async () => {
      try {
        const now = await (await fetch('/page/changes' + query)).json();
        if (now.last !== last) happened(now.case !== ofCase);
        last = now.last;
        ofCase = now.case;
      } catch {
        // the next time
      }
    }, POLL_MS);
  };

  const follow = () => {
    if (!words.last) return;
    const query = words.case ? '?case=' + encodeURIComponent(words.case) : '';
    if (!window.EventSource) {
      poll(query);
      return;
    }
    const stream = new EventSource('/page/live' + query + (query ? '&' : '?') + 'since=' + words.last);
    let began = false;
    stream.onopen = () => {
      began = true;
    };
    stream.onmessage = (event) => happened(event.data === '1');
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED) return;
      stream.close();
      if (began) setTimeout(follow, POLL_MS);
      else poll(query);
    };
    window.addEventListener('pagehide', () => stream.close());
  };

  // Keys.
  const move = (by) => {
    const rows = rowsNow();
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.classList.contains('here'));
    if (at >= 0) rows[at].classList.remove('here');
    choose(rows[Math.min(rows.length - 1, Math.max(0, at + by))]);
  };

  const press = (key) => {
    const mark = '[data-key="' + CSS.escape(key) + '"]';
    const row = document.querySelector('[data-row].here');
    const target = (row || document).querySelector(mark);
    if (!row && target && target.closest('[data-row]')) return;
    if (!target) return;
    if (target.tagName === 'SUMMARY') {
      target.parentElement.open = true;
      const part = target.parentElement;
      const field = part.querySelector('textarea') || part.querySelector('input:not([type=hidden]), select');
      if (field) field.focus();
    } else if (row && target.matches('[formaction]')) {
      send(target).catch(() => target.click());
    } else {
      target.click();
    }
  };

  const find = () => {
    const field = document.querySelector('input[type=search]');
    if (field) field.focus();
    else location.href = '/page/search';
  };

  const isTyping = (element) => element.closest('input, textarea, select, [contenteditable]') !== null;

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === 'j') move(1);
    else if (event.key === 'k') move(-1);
    else if (event.key === 'n' && words.canFile) location.href = '/page/new';
    else if (event.key === '/') find();
    else if (event.key === '?') note(words.keysHelp);
    else if ('arfp'.includes(event.key)) press(event.key);
    else return;
    event.preventDefault();
  });

  watchDrafts();
  watchPlace();
  follow();
})();
