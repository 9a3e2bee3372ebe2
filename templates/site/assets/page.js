// What a page does beyond reading: links into folded fields, keys in the tree, the path of the field in view, names only, the scheme, copies,
// and switches of the release and the language that stay where the reader is. Without it everything is there, and unfolds by hand.
// Search engines want whole addresses, which only the browser knows where the site has no `base`.
for (const link of document.querySelectorAll("link[hreflang]")) link.href = link.href;

const header = document.querySelector("body > header");
const says = JSON.parse(header.dataset.says);
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

// The field that an address names, or the nearest one around it.
const note = Object.assign(document.createElement("p"), { className: "as-of", hidden: true });
document.querySelector("h1").after(note);
let missing = "";
function follow() {
  const asked = decodeURIComponent(location.hash.slice(1));
  let id = asked;
  while (!document.getElementById(id) && id.includes(".")) id = id.slice(0, id.lastIndexOf("."));
  const node = document.getElementById(id);
  // The fields of some types are unfolded elsewhere.
  const isComplete = node?.querySelector(":scope > details") || !node?.querySelector(":scope > .head .type a");
  missing = id !== asked && isComplete ? asked : "";
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
const element = (name, values, ...inside) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
};
const chosen = document.documentElement.dataset;
const bar = tree?.querySelector("h2");
if (tree?.querySelector("details")) {
  const all = (open) => tree.querySelectorAll("details").forEach((each) => { each.open = open; });
  bar.after(button(says.unfold, () => all(true)), " ", button(says.fold, () => all(false)));
}
if (tree?.matches(".long")) {
  tree.querySelector("button").before(button(says.names, (own) => {
    chosen.depth = chosen.depth === "names" ? "full" : "names";
    own.ariaPressed = String(chosen.depth === "names");
    kept(localStorage, "depth", chosen.depth);
  }, { ariaPressed: String(chosen.depth === "names") }), " ");
}

for (const link of document.querySelectorAll(".groups a")) if (link.pathname === location.pathname) link.ariaCurrent = "page";

const dark = matchMedia("(prefers-color-scheme: dark)");
const copy = (text, said, values) => button(said, async (own) => {
  await navigator.clipboard.writeText(text(own));
  own.textContent = says.copied;
  setTimeout(() => { own.textContent = said; }, 2000);
}, values);
for (const code of navigator.clipboard ? document.querySelectorAll("pre[data-copy]") : []) {
  code.before(copy(() => code.textContent, says.copy, { className: "copy" }));
}

// The way to the field in view, below the header: that of the address while it can be seen, or the uppermost one.
if (tree) {
  const kind = document.querySelector("h1").id;
  const way = element("nav", { ariaLabel: says.copy_path });
  const where = element("div", { className: "where" }, way);
  let [path, asked] = [null, false];
  if (navigator.clipboard) {
    where.append(copy(() => path, says.copy_path), copy(() => `${location.href.split("#")[0]}#${path}`, says.copy_link));
  }
  tree.querySelector(".field").before(where);
  const look = () => {
    asked = false;
    const box = where.getBoundingClientRect();
    const target = tree.querySelector(".field:target");
    const top = target?.getBoundingClientRect().top;
    const field = top > 0 && top < innerHeight / 2 ? target : document.elementFromPoint(box.right - 20, box.bottom + 14)?.closest(".tree .field");
    const now = field?.id ?? "";
    if (now === path) return;
    path = now;
    const names = path.split(".").filter(Boolean);
    const links = names.map((name, at) => element("a", { href: `#${names.slice(0, at + 1).join(".")}`, textContent: name }));
    way.replaceChildren(element("a", { href: "#_content", textContent: kind }), ...links.flatMap((link) => [" › ", link]));
    way.scrollLeft = way.scrollWidth;
    for (const each of where.querySelectorAll("button")) each.hidden = !path;
  };
  const later = () => { asked ||= requestAnimationFrame(look); };
  for (const event of ["scroll", "hashchange", "resize", "load"]) addEventListener(event, later);
  look();
}

// A switch to another release: to the same place among its own pages, or to a view of this page, where fields that came later are hidden and
// those that are gone are there again.
const badge = header.querySelector(".release");
if (badge) {
  const [releases, archive] = [JSON.parse(badge.dataset.releases), JSON.parse(badge.dataset.pages)];
  const own = releases.at(-1);
  const names = Object.keys(archive)[0] ? Object.keys(archive) : releases;
  const choice = element("select", { ariaLabel: says.release }, ...names.toReversed().map((name) => element("option", { textContent: name })));
  const tell = (...said) => {
    note.hidden = !said.length;
    note.textContent = said.join(" ");
  };
  const absent = (release, name = document.querySelector("h1").id) => says.absent.replace("{release}", release).replace("{name}", name);
  const order = (name) => releases.indexOf(name);
  const came = (node, at) => order(node?.dataset.release ?? releases[0]) > order(at);
  const first = document.querySelector(".marks [data-event=since]");
  const view = (at) => {
    for (const field of document.querySelectorAll(".tree .field, .operation")) {
      field.classList.toggle("later", came(field.querySelector(":scope > * > [data-event=since]"), at));
      if (field.dataset.until) field.classList.toggle("former", order(field.dataset.until) < order(at));
    }
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest(".later");
    if (at === own) tell();
    else if (came(first, at)) tell(absent(at));
    else tell(says.as_of.replace("{release}", at).replace("{last}", own), ...(named ? [absent(at, named.id)] : []));
  };
  const go = async (name) => {
    const to = new URL(`${document.body.dataset.root}${archive[name]}${document.documentElement.lang}/${badge.dataset.place}${location.hash}`, location);
    if ((order(name) < 0 || !came(first, name)) && (await fetch(to, { method: "HEAD" })).ok) return location.assign(to);
    choice.value = own;
    tell(absent(name));
  };
  const asked = new URLSearchParams(location.search).get("at") ?? kept(sessionStorage, "at");
  choice.value = own in archive || !releases.includes(asked) ? own : asked;
  choice.addEventListener("change", () => {
    if (own in archive) return go(choice.value);
    kept(sessionStorage, "at", choice.value);
    const address = new URL(location.href);
    address.searchParams.set("at", choice.value);
    history.replaceState(null, "", address);
    view(choice.value);
  });
  if (names[1]) badge.replaceChildren(choice);
  if (choice.value !== own) view(choice.value);
  else if (missing) tell(absent(own, missing));
}

const tools = header.querySelector(".languages");
tools.append(button("◐", (own) => {
  const now = chosen.theme || (dark.matches ? "dark" : "light");
  chosen.theme = now === "dark" ? "light" : "dark";
  own.ariaPressed = String(chosen.theme === "dark");
  kept(localStorage, "theme", chosen.theme);
}, { className: "theme", title: says.theme, ariaLabel: says.theme, ariaPressed: String(chosen.theme ? chosen.theme === "dark" : dark.matches) }));
header.prepend(button("☰", (own) => {
  own.ariaExpanded = String(document.body.classList.toggle("menu"));
}, { className: "menu-button", ariaLabel: says.menu, ariaExpanded: "false" }));

const rows = Object.entries(says.keys).flatMap(([keys, said]) => [element("dt", {}, ...keys.split(" ").flatMap((key) => [element("kbd", {}, key), " "])), element("dd", {}, said)]);
const help = element("dialog", { ariaLabel: says.help }, element("h2", {}, says.help), element("dl", { className: "facts" }, ...rows));
help.append(button("×", () => help.close(), { ariaLabel: says.keys.Esc }));
document.body.append(help);
tools.append(button("?", () => help.showModal(), { className: "help", title: says.help, ariaLabel: says.help }));
addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  help.showModal();
});

// Another language keeps the address of the field, what is unfolded, and how far the page is scrolled.
const fields = () => [...document.querySelectorAll(".field[id]")];
for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    const top = header.offsetHeight;
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
