// The page works without this. With it: drafts are saved as one types, lists follow what happens, and keys move.
'use strict';
(() => {
  const DRAFT_MS = 1200;

  const saveDraft = (form) => {
    const data = new URLSearchParams(new FormData(form));
    return fetch('/page/draft', { method: 'POST', body: data, keepalive: true, redirect: 'manual' });
  };

  const watchDrafts = () => {
    document.querySelectorAll('form[data-draft]').forEach((form) => {
      const words = form.elements.words;
      let timer = 0;
      if (!words || form.dataset.watched) return;
      form.dataset.watched = 'yes';
      words.addEventListener('input', () => {
        clearTimeout(timer);
        timer = setTimeout(() => saveDraft(form).catch(() => {}), DRAFT_MS);
      });
      form.addEventListener('submit', () => clearTimeout(timer));
    });
  };

  watchDrafts();
})();
