// Search without a server. The names of all pages and fields are one file and are found in at once; the texts of a language are read
// through whole, in parts, so that one character is found as surely as a sentence. The files are loaded when the box is used.
const box = document.getElementById("_search");
const { root, tag } = document.body.dataset;
const [MOST, AROUND] = [50, 60];
const plain = (text) => text.normalize("NFKC").toLowerCase();
const json = (path, how) => fetch(`${root}search/${path}`, how).then((answer) => answer.json());
const element = (name, values, ...inside) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
};

let loading;
const load = () => (loading ??= json("names.json", { cache: "no-cache" }).then(read));

// An entry is a page (its path is empty) or a field of it; `to` is the page of its type.
function read(index) {
  index.entries = [];
  index.texts = {};
  index.pages.forEach(([path, name, version, kind, home, rows], number) => {
    const page = { path, name, version, kind, home, number, fields: new Map() };
    const add = (path, to = -1) => {
      const entry = { page, path, to, name: path ? path.slice(path.lastIndexOf(".") + 1) : name, number: index.entries.length };
      entry.key = entry.name.toLowerCase();
      if (path) page.fields.set(path.toLowerCase(), entry);
      index.entries.push(entry);
    };
    index.pages[number] = page;
    add("");
    for (const row of rows) add(...[row].flat());
  });
  return index;
}

// The texts of a language in the order of the entries; a number is that of an earlier entry with the same text.
async function texts(index, tag) {
  index.texts[tag] ??= Promise.all([...Array(index.parts[tag]).keys()].map((part) => json(`${tag}-${part}.json?${index.state}`)))
    .then((parts) => parts.flat())
    .then((all) => ({ all, low: all.map((text) => (text.trim ? plain(text) : "")) }));
  return index.texts[tag];
}

// Where an entry is shown: in the tree of a kind, or on the page of its own.
function place({ page, path }, index) {
  if (!page.home) return { page, path };
  const [kind, way] = page.home;
  return { page: index.pages[kind], path: path ? `${way}.${path}` : way };
}

// The fields to which names lead from a page, with their paths; the last name may be the beginning of one.
function follow(page, names, index) {
  const last = names.at(-1);
  let [way, inner] = ["", ""];
  for (const name of names.slice(0, -1)) {
    const entry = page.fields.get(inner + name);
    if (!entry) return [];
    way += `${entry.name}.`;
    inner = entry.to < 0 ? `${inner}${name}.` : "";
    if (entry.to >= 0) page = index.pages[entry.to];
  }
  return [...page.fields].filter(([path, { key }]) => key.startsWith(last) && path === inner + key).map(([, entry]) => ({ entry, path: way + entry.name }));
}

// A kind in the singular, by its short name, and in the words of the glossaries.
function kinds(name, index) {
  const terms = Object.values(index.terms).flatMap((terms) => (Object.hasOwn(terms, name) ? terms[name] : []));
  return new Set([name, name.replace(/s$/, ""), name.replace(/es$/, ""), name.replace(/ies$/, "y"), ...terms.map((term) => term.toLowerCase())]);
}

function byPath(words, index, add) {
  const names = words.split(".").filter(Boolean);
  const asked = kinds(names[0] ?? "", index);
  for (const page of names.length > 1 ? index.pages : []) {
    const named = asked.has(page.name.toLowerCase());
    for (const { entry, path } of follow(page, names.slice(+named), index)) {
      add(entry, (entry.key === names.at(-1) ? 0 : 2) - named + !page.kind, place({ page, path }, index));
    }
  }
}

// Several words: the last begins the name of a field, the others are on the way to it.
function byWords(words, index, add) {
  const parts = words.split(/\s+/);
  const last = parts.pop();
  const others = parts.map((part) => [...kinds(part, index)]);
  for (const entry of parts.length ? index.entries : []) {
    if (!entry.path || !entry.key.startsWith(last)) continue;
    const at = place(entry, index);
    const way = `${at.page.name}${at.path.slice(0, -entry.name.length)}`.toLowerCase().replaceAll(".", "");
    if (others.every((names) => names.some((name) => way.includes(name)))) add(entry, entry.key === last ? 1 : 3);
  }
}

// Whether one letter more, less or other, or two exchanged, make a word of another.
function near(one, other) {
  let [from, end, until] = [0, one.length, other.length];
  if (end < 5 || Math.abs(end - until) > 1) return false;
  while (from < end && one[from] === other[from]) from += 1;
  while (end > from && until > from && one[end - 1] === other[until - 1]) [end, until] = [end - 1, until - 1];
  const exchanged = end === until && end - from === 2 && one[from] === other[from + 1] && one[from + 1] === other[from];
  return exchanged || Math.max(end, until) - from < 2;
}

function byName(words, index, add, later) {
  const [, version, said] = /^(?:(.*)\/)?([^/]*)$/.exec(words) ?? ["", "", words];
  const name = said.replace(/[\s_-]+/g, "").toLowerCase();
  for (const entry of index.entries) {
    const { key, path, page } = entry;
    if (version && (path || page.version.toLowerCase() !== version)) continue;
    if (near(name, key)) add(entry, later + 4.5 + !!path);
    const whole = key === name ? 0 : key === `${name}s` || `${key}s` === name ? 0.3 * !later : -1;
    const at = key.indexOf(name);
    if (name && (whole >= 0 || at >= 0)) add(entry, later + (whole >= 0 ? whole : at ? 4 : 2) + (path ? 0.2 : page.kind ? 0 : 0.4));
  }
}

function byText(words, { all, low }, index, add) {
  const parts = words.split(/\s+/);
  const same = {};
  for (const text of all) if (!text.trim) same[text] = (same[text] ?? 0) + 1;
  low.forEach((text, number) => {
    const at = text.indexOf(words);
    if (at < 0 && !(parts[1] && parts.every((part) => text.includes(part)))) return;
    // What a text begins with it is about, and a short one more than a long one.
    add(index.entries[number], at < 0 ? 9 : 5 + Math.min(at, 200) / 100 + Math.min(text.length, 900) / 1000, null, same[number]);
  });
}

async function find(query) {
  const said = plain(query).trim();
  // Paths as people copy them have a command, indexes or a dot in front.
  const words = said.replace(/^kubectl explain /, "").replace(/\[\w*\]/g, "").replace(/^\.+/, "") || said;
  const [index, found] = [await load(), new Map()];
  const add = (entry, rank, where, more) => {
    const at = where || place(entry, index);
    const id = `${at.page.number}#${at.path}`;
    if (!(found.get(id)?.rank <= rank)) found.set(id, { entry, rank, more, ...at });
  };
  byPath(words, index, add);
  byWords(words, index, add);
  byName(words, index, add, 0);
  if (!found.size) byName(words.split(".").at(-1), index, add, 1);
  for (const terms of Object.values(index.terms)) for (const term of Object.hasOwn(terms, words) ? terms[words] : []) byName(term, index, add, 1);
  let shown = await texts(index, tag);
  byText(words, shown, index, add);
  for (const other of Object.keys(index.parts)) {
    if (!found.size) byText(words, (shown = await texts(index, other)), index, add);
  }
  const order = ({ rank, path }) => rank + path.split(".").length / 100;
  const hits = [...found.values()].sort((a, b) => order(a) - order(b) || a.page.number - b.page.number);
  return hits.map((hit) => row(hit, words, shown.all[shown.all[hit.entry.number]] ?? shown.all[hit.entry.number]));
}

function row({ entry, page, path, more }, words, text) {
  const at = plain(text).indexOf(words);
  const from = Math.max(at - AROUND, 0);
  const to = (at < 0 ? AROUND : at) + words.length + AROUND;
  const part = at < 0 ? [text.slice(0, to)] : [text.slice(from, at), element("mark", {}, text.slice(at, at + words.length)), text.slice(at + words.length, to)];
  const about = element("span", {}, from ? "…" : "", ...part, to < text.length ? "…" : "", more ? ` (+${more})` : "");
  const name = [element("b", {}, entry.name), " ", element("code", {}, path ? `${page.name} ${path}` : page.version), about];
  return element("li", {}, element("a", { href: `${root}${tag}/${page.path}/${path && `#${path}`}` }, ...name));
}

if (box) {
  const { hint, label, none, count, failed } = box.dataset;
  const input = element("input", { type: "search", placeholder: hint, ariaLabel: label, autocomplete: "off", spellcheck: false });
  const list = element("ol", { hidden: true });
  const state = element("p", { role: "status" });
  box.append(input, element("div", {}, state, list));
  let turn = 0;
  const show = (said, rows = []) => {
    state.textContent = said;
    list.hidden = !rows.length;
    list.replaceChildren(...rows.slice(0, MOST));
  };
  const search = async () => {
    const own = ++turn;
    const empty = !input.value.trim();
    const [said, rows] = empty ? [""] : await find(input.value).then((rows) => [rows.length ? count.replace("{count}", rows.length) : none, rows], () => [failed]);
    if (own === turn) show(said, rows);
  };
  input.addEventListener("focus", () => load().then((index) => texts(index, tag)).catch(() => {}), { once: true });
  input.addEventListener("input", (event) => event.isComposing || search());
  input.addEventListener("compositionend", search);
  input.addEventListener("click", search);
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
    if (event.key === "Escape") show((input.value = ""));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    input.focus();
  });
}
