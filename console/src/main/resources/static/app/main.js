import './chat.js';
import './platform.js';

const button = document.getElementById('theme');
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

const isDark = () => (document.documentElement.dataset.theme ?? (systemIsDark.matches ? 'dark' : 'light')) === 'dark';
const label = () => {
  button.textContent = isDark() ? 'Light' : 'Dark';
  button.setAttribute('aria-label', `Use the ${isDark() ? 'light' : 'dark'} theme`);
};

button.addEventListener('click', () => {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('rivulet-theme', theme);
  label();
});
systemIsDark.addEventListener('change', label);
label();
