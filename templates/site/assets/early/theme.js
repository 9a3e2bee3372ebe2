// The scheme that the reader has chosen, before anything is painted.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
} catch {}
