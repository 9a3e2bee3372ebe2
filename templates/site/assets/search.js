(() => {
"use strict";
// The box of the search, without a server. What finds is another script, which is loaded when the box is used.
const box = document.getElementById("_search");
if (!box) return;
const element = (name, values, ...inside) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
};

let finder;
const loadFinder = () => (finder ??= new Promise((resolve, reject) => {
  const retry = () => {
    finder = undefined;
    reject();
  };
  document.head.append(element("script", { src: box.dataset.script, onload: () => resolve(globalThis.referenceSearch), onerror: retry }));
}));

const { hint, label, none, near: similar, count, failed } = box.dataset;
const input = element("input", { type: "search", placeholder: hint, ariaLabel: label, autocomplete: "off", spellcheck: false });
const list = element("ol", { hidden: true });
const state = element("p", { role: "status" });
box.append(input, element("kbd", { ariaHidden: "true" }, "/"), element("div", {}, state, list));
let turn = 0;
const show = (said, rows = []) => {
  state.textContent = said;
  list.hidden = !rows.length;
  list.replaceChildren(...rows);
};
const keepQuery = () => {
  const address = new URL(location.href);
  if (input.value.trim()) address.searchParams.set("q", input.value);
  else address.searchParams.delete("q");
  if (address.href !== location.href) history.replaceState(history.state, "", address);
};
const update = async () => {
  const own = ++turn;
  keepQuery();
  const found = input.value.trim() ? await loadFinder().then(({ find }) => find(input.value)).catch(() => null) : "";
  if (own !== turn) return;
  if (!found) return show(found === null ? failed : "");
  show(found.count ? count.replace("{count}", found.count) : found.rows.length ? `${none}. ${similar}` : none, found.rows);
};
input.addEventListener("focus", () => loadFinder().then(({ prepare }) => prepare()).catch(() => {}), { once: true });
input.addEventListener("input", (event) => event.isComposing || update());
input.addEventListener("compositionend", update);
input.addEventListener("click", update);
const shared = new URLSearchParams(location.search).get("q");
if (shared) {
  input.value = shared;
  update();
}
document.addEventListener("click", ({ target }) => {
  if (target === input) return;
  turn += 1;
  show("");
});
box.addEventListener("keydown", (event) => {
  const links = [input, ...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Enter: at ? -1 : 1, Escape: 0 }[event.key] ?? -1;
  if (event.isComposing || !links[to]) return;
  event.preventDefault();
  links[to].focus();
  if (event.key === "Enter") links[to].click();
  if (event.key !== "Escape") return;
  // The first one empties the box, the next one leaves it.
  if (!input.value && links[to] === input) input.blur();
  show((input.value = ""));
  keepQuery();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  input.focus();
});
})();
