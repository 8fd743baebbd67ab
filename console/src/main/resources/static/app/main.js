import { ROUTES, routed } from './routes.js';
import { liveness, state } from './live.js';
import { connectShortcuts, showHelp } from './shortcuts.js';

const main = document.getElementById('content');
const themeButton = document.getElementById('theme');
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (systemIsDark.matches ? 'dark' : 'light')) === 'dark';

function labelTheme() {
  themeButton.textContent = isDark() ? 'Light' : 'Dark';
  themeButton.setAttribute('aria-label', `Use the ${isDark() ? 'light' : 'dark'} theme`);
}

function toggleTheme() {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('rivulet-theme', theme);
  labelTheme();
}

function drawNavigation() {
  const list = document.createElement('ul');
  for (const route of ROUTES) {
    const link = list.appendChild(document.createElement('li')).appendChild(document.createElement('a'));
    link.href = `#${route.name}`;
    link.textContent = route.title;
    link.dataset.testid = `to-${route.name}`;
  }
  document.getElementById('pages').append(list);
}

/** Opens the page of the address; a page that is open already is told its new detail. */
async function open(moveFocus) {
  const { route, detail } = routed(location.hash);
  document.title = `${route.title} · Rivulet`;
  for (const link of document.querySelectorAll('#pages a')) {
    if (link.hash === `#${route.name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (main.firstElementChild?.localName === route.tag) {
    main.firstElementChild.detail = detail;
    return;
  }
  main.setAttribute('aria-busy', 'true');
  try {
    await route.load();
    if (routed(location.hash).route !== route) return;
    const page = document.createElement(route.tag);
    page.detail = detail;
    main.replaceChildren(page);
    await page.updateComplete;
    if (moveFocus) main.focus();
  } catch {
    const problem = document.createElement('p');
    problem.className = 'problem';
    problem.textContent = 'This page could not be loaded: the console does not answer. Load it again.';
    main.replaceChildren(problem);
  } finally {
    main.removeAttribute('aria-busy');
  }
}

function showLiveness() {
  const now = state();
  const live = document.getElementById('live');
  live.dataset.state = now;
  live.textContent = { none: '', waiting: 'connecting', live: 'live', stale: 'stale' }[now];
  const banner = document.getElementById('stale');
  banner.hidden = now !== 'stale';
  banner.textContent = now === 'stale' ? 'Stale: the console does not answer. Figures are the last known; it tries again by itself.' : '';
}

themeButton.addEventListener('click', toggleTheme);
systemIsDark.addEventListener('change', labelTheme);
document.getElementById('help').addEventListener('click', showHelp);
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
liveness.addEventListener('change', showLiveness);
window.addEventListener('hashchange', () => open(true));
labelTheme();
drawNavigation();
connectShortcuts({ toggleTheme });
showLiveness();
open(false);
