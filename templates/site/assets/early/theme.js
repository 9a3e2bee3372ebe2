// The scheme and the depth that the reader has chosen, before anything is painted.
const chosen = document.documentElement.dataset;
chosen.depth = "names";
try {
  chosen.theme = localStorage.getItem("theme") ?? "";
  chosen.depth = localStorage.getItem("depth") ?? "names";
} catch {}
