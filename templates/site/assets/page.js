// What a page does beyond reading: links into folded fields, keys in the tree, folding of all, the scheme, copies, and a switch of the
// language that stays where the reader is. Without it everything is there, and unfolds by hand.
const says = JSON.parse(document.querySelector("body > header").dataset.says);
const tree = document.querySelector(".tree");
const kept = (store, name, value) => {
  try {
    return value === undefined ? store.getItem(name) : store.setItem(name, value);
  } catch {
    return null; // a browser that keeps nothing
  }
};
const button = (text, act, values) => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, ...values });
  made.addEventListener("click", () => act(made));
  return made;
};

function unfold(node) {
  for (let above = node?.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
}

function follow() {
  const node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  // What older pages call otherwise has another address now.
  if (node?.matches(".elsewhere > li")) return location.replace(node.firstElementChild.hash);
  unfold(node);
  node?.scrollIntoView({ behavior: "instant" });
}
addEventListener("hashchange", follow);
if (location.hash) follow();

// What changed in the release that the address asks for.
const release = new URLSearchParams(location.search).get("release");
const changed = [...document.querySelectorAll(".mark")].filter((mark) => mark.dataset.release === release);
for (const mark of changed) {
  mark.classList.add("asked");
  unfold(mark);
}
if (!location.hash) changed[0]?.scrollIntoView({ block: "center", behavior: "instant" });

// The arrows: up and down to the field before and behind, right into a field, left out of it.
const fold = (field) => field?.querySelector(":scope > details");
const name = (field) => field?.querySelector("a.name");
tree?.addEventListener("keydown", (event) => {
  const field = event.target.closest(".field");
  if (!event.target.matches("a.name, summary") || event.ctrlKey || event.metaKey || event.altKey || !field) return;
  const own = fold(field);
  const step = (by) => {
    const names = [...tree.querySelectorAll("a.name")].filter((each) => each.checkVisibility());
    return names[names.indexOf(name(field)) + by];
  };
  const into = () => (own && !own.open ? ((own.open = true), name(field)) : name(own));
  const out = () => (own?.open ? ((own.open = false), name(field)) : name(field.parentElement.closest(".field")));
  const to = { ArrowDown: () => step(1), ArrowUp: () => step(-1), ArrowRight: into, ArrowLeft: out }[event.key]?.();
  if (!to) return;
  event.preventDefault();
  to.focus();
});
if (tree?.querySelector("details")) {
  const all = (open) => tree.querySelectorAll("details").forEach((each) => { each.open = open; });
  tree.querySelector("h2").after(button(says.unfold, () => all(true)), " ", button(says.fold, () => all(false)));
}

for (const link of document.querySelectorAll(".groups a")) if (link.pathname === location.pathname) link.ariaCurrent = "page";

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = document.documentElement.dataset;
document.querySelector(".languages").append(button(says.theme, (own) => {
  const now = theme.theme || (dark.matches ? "dark" : "light");
  theme.theme = now === "dark" ? "light" : "dark";
  own.ariaPressed = String(theme.theme === "dark");
  kept(localStorage, "theme", theme.theme);
}, { className: "theme", ariaPressed: String(theme.theme ? theme.theme === "dark" : dark.matches) }));

for (const code of navigator.clipboard ? document.querySelectorAll("pre[data-copy]") : []) {
  code.before(button(says.copy, async (own) => {
    await navigator.clipboard.writeText(code.textContent);
    own.textContent = says.copied;
    setTimeout(() => { own.textContent = says.copy; }, 2000);
  }, { className: "copy" }));
}

// Another language keeps the address of the field, what is unfolded, and how far the page is scrolled.
const fields = () => [...document.querySelectorAll(".field[id]")];
for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    const top = document.querySelector("body > header").offsetHeight;
    const at = scrollY > top && fields().findLast((each) => each.checkVisibility() && each.getBoundingClientRect().top <= top + 8);
    const open = fields().filter((each) => fold(each)?.open).map(({ id }) => id);
    kept(sessionStorage, "place", JSON.stringify([location.pathname.split("/").slice(-3).join(), at?.id, at && at.getBoundingClientRect().top, open]));
    kept(localStorage, "language", link.dataset.language);
    link.hash = location.hash;
    link.search = location.search;
  });
}
const [path, id, top, open] = JSON.parse(kept(sessionStorage, "place") ?? "[]");
kept(sessionStorage, "place", "[]");
if (path === location.pathname.split("/").slice(-3).join()) {
  for (const each of fields()) if (fold(each)) fold(each).open = open.includes(each.id);
  const node = id && document.getElementById(id);
  const back = () => node && scrollBy({ top: node.getBoundingClientRect().top - top, behavior: "instant" });
  // Behind what the browser does about the fragment of an address.
  if (document.readyState === "complete") back();
  else addEventListener("load", () => setTimeout(back));
}
