/**
 * The report's one script: it filters findings, and keeps the filter in the address, so that a view can be sent to
 * somebody. Everything can be read without it. Its hash is in the content security policy. What comes from the address is
 * only ever compared and put into form fields. (No ampersand and no less-than sign, so that the file stays well formed.)
 */
export const SCRIPT = `
(() => {
  'use strict';
  const bar = document.getElementById('filter');
  if (bar === null) return;
  const names = ['q', 'outcome', 'severity', 'area', 'control'];
  const field = new Map(names.map((name) => [name, document.getElementById('filter-' + name)]));
  const status = document.getElementById('filter-status');
  const groups = [...document.querySelectorAll('#findings .check')];
  const sections = [...document.querySelectorAll('#findings > section')];
  const opened = new Set();
  let rows = null;
  document.documentElement.classList.add('scripted');

  const rowsOf = () => {
    if (rows === null) {
      rows = new Map(groups.map((group) => [group, [...group.querySelectorAll('[data-finding]')].map(
        (element) => ({ element, text: element.textContent.toLowerCase() }))]));
    }
    return rows;
  };
  const total = Number(bar.dataset.total);
  const value = (name) => field.get(name).value;
  const active = () => names.some((name) => value(name).trim() !== '');
  const fits = (group) => ['outcome', 'severity', 'area', 'control'].every((name) => {
    const wanted = value(name);
    if (wanted === '') return true;
    return (group.dataset[name] || '').split('|').includes(wanted);
  });

  const apply = () => {
    const words = value('q').toLowerCase().split(/\\s+/).filter((word) => word !== '');
    let shown = 0;
    for (const group of groups) {
      let visible = 0;
      if (fits(group)) {
        if (words.length === 0) {
          visible = Number(group.dataset.count);
          if (rows !== null) for (const row of rows.get(group)) row.element.hidden = false;
        } else {
          const head = (group.dataset.words || '').toLowerCase();
          for (const row of rowsOf().get(group)) {
            row.element.hidden = !words.every((word) => row.text.includes(word) || head.includes(word));
            if (!row.element.hidden) visible += 1;
          }
        }
      }
      group.hidden = visible === 0;
      shown += visible;
      if (group.localName === 'details') {
        if (words.length > 0) {
          if (visible > 0) if (!group.open) { opened.add(group); group.open = true; }
        } else if (opened.delete(group)) group.open = false;
      }
    }
    for (const section of sections) {
      section.hidden = [...section.querySelectorAll('.check')].every((group) => group.hidden);
    }
    status.textContent = active()
      ? (shown === 0 ? 'No finding matches.' : shown + ' of ' + total + ' findings')
      : 'All ' + total + ' findings';
  };

  const read = () => {
    const state = new URLSearchParams(location.hash.startsWith('#?') ? location.hash.slice(2) : '');
    for (const name of names) {
      const element = field.get(name);
      element.value = state.get(name) || '';
      if (element.selectedIndex === -1) element.value = '';
    }
    apply();
  };
  const write = () => {
    const state = new URLSearchParams();
    for (const name of names) if (value(name).trim() !== '') state.set(name, value(name).trim());
    const text = state.toString();
    history.replaceState(null, '', text === '' ? location.pathname + location.search : '#?' + text);
  };
  const set = (state) => {
    for (const name of names) field.get(name).value = state.get(name) || '';
    apply();
    write();
  };

  bar.addEventListener('input', () => { apply(); write(); });
  document.getElementById('filter-clear').addEventListener('click', () => {
    set(new Map());
    field.get('q').focus();
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-filter]');
    if (link === null) return;
    event.preventDefault();
    set(new URLSearchParams(link.dataset.filter));
    document.getElementById('findings').scrollIntoView();
    field.get('q').focus({ preventScroll: true });
  });
  document.addEventListener('keydown', (event) => {
    const typing = /^(input|select|textarea)$/.test(event.target.localName);
    if (event.key === 'Escape') { if (typing) { set(new Map()); event.target.blur(); } return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.key !== '/') return;
    event.preventDefault();
    document.getElementById('findings').scrollIntoView();
    field.get('q').focus({ preventScroll: true });
  });
  // A link may lead to what is filtered away.
  const uncover = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target === null || target.closest('#findings [hidden]') === null) return;
    for (const name of names) field.get(name).value = '';
    apply();
    target.scrollIntoView();
  };
  addEventListener('hashchange', () => { if (/^#(\\?|$)/.test(location.hash)) read(); else uncover(); });
  // What was filtered away on the screen must not be missing on paper.
  addEventListener('beforeprint', () => {
    for (const group of groups) {
      group.hidden = false;
      if (rows !== null) for (const row of rows.get(group)) row.element.hidden = false;
    }
    for (const section of sections) section.hidden = false;
  });
  addEventListener('afterprint', apply);
  if (location.hash.startsWith('#?')) read(); else apply();
})();
`;
