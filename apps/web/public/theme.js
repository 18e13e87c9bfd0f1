// Before the first paint: the theme that was chosen here, so that a dark room sees no white flash.
try {
  const theme = localStorage.getItem('vms.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused: the system's theme it is.
}
