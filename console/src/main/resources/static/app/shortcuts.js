import { ROUTES } from './routes.js';

/** Keys for who prefers them: `g` and a letter opens a page. They can be switched off, since speech input may type letters. */

const OFF = 'rivulet-shortcuts';
const SECOND_KEY_MS = 1500;

let pending = 0;

const on = () => localStorage.getItem(OFF) !== 'off';

/** @param {{toggleTheme: () => void}} acts */
export function connectShortcuts(acts) {
  document.addEventListener('keydown', (event) => {
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    if (performance.now() < pending) {
      pending = 0;
      const route = ROUTES.find((each) => each.key === event.key);
      if (route) location.hash = route.name;
      return;
    }
    if (event.key === 'g') pending = performance.now() + SECOND_KEY_MS;
    if (event.key === 't') acts.toggleTheme();
    if (event.key === '?') showHelp();
    if (event.key === '/') focusFirstField(event);
  });
}

function typing(target) {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function focusFirstField(event) {
  const field = document.querySelector('main textarea, main input:not([type=checkbox]):not([type=file])');
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** Shows what keys there are. */
export function showHelp() {
  const dialog = document.createElement('dialog');
  dialog.dataset.testid = 'help-dialog';
  dialog.setAttribute('aria-labelledby', 'help-title');
  const article = dialog.appendChild(document.createElement('article'));
  const title = article.appendChild(document.createElement('h2'));
  title.id = 'help-title';
  title.textContent = 'Keyboard';
  const list = article.appendChild(document.createElement('dl'));
  const rows = [
    ...ROUTES.map((route) => [`g ${route.key}`, route.title]),
    ['/', 'The first field of the page'],
    ['t', 'Light or dark'],
    ['?', 'This help'],
    ['Escape', 'Close a dialog, stop an answer'],
    ['Enter, Shift+Enter', 'Send a chat, break its line'],
  ];
  for (const [keys, what] of rows) list.append(row(keys, what));
  article.append(toggle(), closing(dialog));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function row(keys, what) {
  const pair = document.createElement('div');
  const key = document.createElement('dt');
  key.appendChild(document.createElement('kbd')).textContent = keys;
  const meaning = document.createElement('dd');
  meaning.textContent = what;
  pair.append(key, meaning);
  return pair;
}

function toggle() {
  const label = document.createElement('label');
  const box = label.appendChild(document.createElement('input'));
  box.type = 'checkbox';
  box.checked = on();
  box.addEventListener('change', () => localStorage.setItem(OFF, box.checked ? 'on' : 'off'));
  label.append(' Single keys do this');
  return label;
}

function closing(dialog) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Close';
  button.addEventListener('click', () => dialog.close());
  return button;
}
