// Runs before the first paint, so that a chosen theme doesn't flash. Without a choice the system's theme holds.
(() => {
  const stored = localStorage.getItem('rivulet-theme');
  if (stored === 'dark' || stored === 'light') document.documentElement.dataset.theme = stored;
})();
