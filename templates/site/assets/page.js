// What a page does beyond reading: links into folded fields, a filter and keys in the tree, the path of the field in view and its line in the
// example, names only, the scheme, copies, and switches of the release and the language that stay where the reader is.
// Without it everything is there, and unfolds by hand. A plain script, since a browser loads no modules from a disk.
(() => {
  "use strict";
  // Search engines want whole addresses, which only the browser knows where the site has no `base`.
  for (const link of document.querySelectorAll("link[hreflang]")) link.href = link.href;

  // site.css allows scroll anchoring from here on.
  addEventListener("load", () => document.documentElement.classList.add("loaded"));

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
  const element = (name, values, ...inside) => {
    const made = Object.assign(document.createElement(name), values);
    made.append(...inside);
    return made;
  };
  const button = (text, act, values) => {
    const made = element("button", { type: "button", textContent: text, ...values });
    made.addEventListener("click", () => act(made));
    return made;
  };
  const byId = (id) => document.getElementById(id);
  const fold = (field) => field?.querySelector(":scope > details");
  const name = (field) => field?.querySelector("a.name");
  const nameOf = (node) => (node.closest(".field")?.id ?? document.querySelector("h1").id).split(".").at(-1);
  const texts = (field) => field.querySelectorAll(":scope > :is(.said, .note, .rules, .past)");

  // A folder has no page on a disk.
  if (location.protocol === "file:") {
    for (const link of document.querySelectorAll("a[href]")) {
      const to = new URL(link.href);
      if (to.protocol !== "file:" || !to.pathname.endsWith("/")) continue;
      to.pathname += "index.html";
      link.href = to.href;
    }
  }

  function unfold(node) {
    for (let above = node?.closest(".field"); above; above = above.parentElement.closest(".field")) above.hidden = false;
    for (let above = node?.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
  }

  // Texts of a long tree stay out of view until they are asked for. The browser's own search finds and shows them.
  const chosen = document.documentElement.dataset;
  const isLong = tree?.matches(".long");
  const showTexts = (field, isShown) => {
    for (const text of texts(field)) text.hidden = isShown ? false : "until-found";
  };
  const showAllTexts = () => {
    for (const field of tree.querySelectorAll(".field")) showTexts(field, chosen.depth !== "names");
    document.body.classList.toggle("names", chosen.depth === "names");
  };
  if (isLong) {
    showAllTexts();
    tree.addEventListener("beforematch", ({ target }) => target.closest(".field") && showTexts(target.closest(".field"), true));
  }

  // The field that an address names, or the nearest one around it, which then says what is missing.
  const note = element("p", { className: "as-of", role: "status", hidden: true });
  document.querySelector("h1").after(note);
  const missed = element("p", { className: "as-of missed", role: "status", hidden: true });
  const absent = (at, id) => says[at ? "absent" : "unknown"].replace("{release}", at).replace("{name}", id);
  let shownRelease = "";
  let isHere = () => true; // whether the chosen release has a field
  function follow() {
    const asked = decodeURIComponent(location.hash.slice(1));
    let id = asked;
    while (!byId(id) && id.includes(".")) id = id.slice(0, id.lastIndexOf("."));
    let node = byId(id);
    // What older pages call otherwise has another address now.
    if (node?.matches(".elsewhere > li")) return location.replace(node.firstElementChild.hash);
    // The fields of some types are unfolded elsewhere.
    const isComplete = !node || fold(node) || !node.querySelector(":scope > .head .type a");
    let isMissing = Boolean(asked) && id !== asked && isComplete;
    while (node && !isHere(node)) [node, isMissing] = [node.parentElement.closest(".field"), true];
    missed.hidden = !isMissing;
    if (isMissing) {
      missed.textContent = absent(shownRelease, asked);
      const head = node?.querySelector(":scope > .head");
      if (head) head.after(missed);
      else (tree?.querySelector("h2") ?? document.querySelector("h1")).after(missed);
    }
    unfold(node);
    const field = node?.matches(".field[id]") && node;
    if (field && isLong) showTexts(field, true);
    if (node || isMissing) (node ?? missed).scrollIntoView({ behavior: "instant" });
    if (!field) return;
    const focus = () => name(field)?.focus({ preventScroll: true });
    focus();
    // Behind what the browser does about the fragment of an address, which takes the focus away.
    if (document.readyState !== "complete") addEventListener("load", () => setTimeout(() => document.activeElement === document.body && focus()), { once: true });
  }
  addEventListener("hashchange", follow);

  // What changed in the release that the address asks for.
  const release = new URLSearchParams(location.search).get("release");
  const changed = [...document.querySelectorAll(".mark")].filter((mark) => mark.dataset.release === release);
  for (const mark of changed) {
    mark.classList.add("asked");
    unfold(mark);
  }
  if (!location.hash) changed[0]?.scrollIntoView({ block: "center", behavior: "instant" });

  // The arrows: up and down to the field before and behind, right into a field, left out of it.
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

  // The tools of the tree: a filter, names only, and all folds.
  if (tree?.querySelector(".field")) {
    const tools = element("div", { className: "tools" });
    const none = element("p", { className: "note", role: "status" });
    const filter = element("input", { type: "search", placeholder: says.filter, ariaLabel: says.filter, autocomplete: "off", spellcheck: false });
    const folds = new Map();
    const fields = [...tree.querySelectorAll(".field")];
    const known = new Map();
    const readTexts = () => {
      for (const field of known.size ? [] : fields) {
        const said = [...field.querySelectorAll(":scope > .head, :scope > .said")].map((each) => each.textContent).join(" ");
        known.set(field, said.toLowerCase());
      }
    };
    filter.addEventListener("focus", readTexts);
    filter.addEventListener("input", () => {
      const words = filter.value.trim().toLowerCase();
      readTexts();
      if (words && !folds.size) for (const each of tree.querySelectorAll("details.below")) folds.set(each, each.open);
      const wanted = new Set();
      for (const field of words ? fields : []) {
        const isMatch = field.id.toLowerCase().endsWith(words) || known.get(field).includes(words);
        for (let above = isMatch && field; above; above = above.parentElement.closest(".tree .field")) wanted.add(above);
      }
      for (const field of fields) field.classList.toggle("unmatched", words !== "" && !wanted.has(field));
      for (const [each, wasOpen] of folds) each.open = words ? wanted.has(each.parentElement) && Boolean(each.querySelector(".field:not(.unmatched)")) : wasOpen;
      if (!words) folds.clear();
      none.textContent = words && !wanted.size ? says.filter_none : "";
    });
    filter.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      filter.value = "";
      filter.dispatchEvent(new Event("input"));
    });
    tools.append(filter);
    if (isLong) {
      tools.append(button(says.names, (own) => {
        chosen.depth = chosen.depth === "names" ? "full" : "names";
        own.ariaPressed = String(chosen.depth === "names");
        kept(localStorage, "depth", chosen.depth);
        showAllTexts();
      }, { ariaPressed: String(chosen.depth === "names") }));
    }
    if (tree.querySelector("details.below")) {
      const all = (open) => tree.querySelectorAll("details.below").forEach((each) => { each.open = open; });
      tools.append(button(says.unfold, () => all(true)), button(says.fold, () => all(false)));
    }
    tree.querySelector("h2").after(tools, none);
  }

  for (const link of document.querySelectorAll(".groups a")) if (link.pathname === location.pathname) link.ariaCurrent = "page";

  const copy = (text, said, values) => button(said, async (own) => {
    await navigator.clipboard.writeText(text(own));
    own.textContent = says.copied;
    setTimeout(() => { own.textContent = said; }, 2000);
  }, values);
  for (const samples of document.querySelectorAll(".samples")) {
    // One of several pieces is always open.
    samples.addEventListener("click", (event) => {
      const sample = event.target.closest("summary")?.parentElement;
      if (sample?.open && sample.parentElement === samples) event.preventDefault();
    });
    if (navigator.clipboard) samples.append(copy(() => samples.querySelector("details[open] code").textContent, says.copy, { className: "copy" }));
  }

  // The lines of the example by the path of their field, and the other way round.
  const lines = new Map();
  const example = document.querySelector("#example-YAML code");
  const above = [];
  for (const line of example?.querySelectorAll(".line") ?? []) {
    const [, indent, quoted, bare] = /^((?:\s|- )*)(?:"([^"]+)"|([^\s:"'#][^:]*)):(?:\s|$)/.exec(line.textContent) ?? [];
    const key = quoted ?? bare;
    if (key === undefined) continue;
    while (above.length && above.at(-1)[0] >= indent.length) above.pop();
    above.push([indent.length, key]);
    const path = above.map(([, each]) => each).join(".");
    if (!byId(path)) continue;
    line.dataset.path = path;
    if (!lines.has(path)) lines.set(path, line);
  }
  example?.addEventListener("click", ({ target }) => {
    const path = target.closest("[data-path]")?.dataset.path;
    if (path && !getSelection().toString()) location.hash = path;
  });
  const markLine = (path) => {
    let nearest = path;
    while (nearest && !lines.has(nearest)) nearest = nearest.slice(0, Math.max(nearest.lastIndexOf("."), 0));
    for (const [own, line] of lines) line.classList.toggle("current", own === nearest);
    const line = lines.get(nearest);
    const box = example?.closest("pre");
    if (line && box && box.scrollHeight > box.clientHeight) box.scrollTop = line.offsetTop - box.clientHeight / 2;
  };

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
      const links = names.map((part, at) => element("a", { href: `#${names.slice(0, at + 1).join(".")}`, textContent: part }));
      way.replaceChildren(element("a", { href: "#_content", textContent: kind }), ...links.flatMap((link) => [" › ", link]));
      way.scrollLeft = way.scrollWidth;
      for (const each of where.querySelectorAll("button")) each.hidden = !path;
      markLine(path);
    };
    const later = () => { asked ||= requestAnimationFrame(look); };
    for (const event of ["scroll", "hashchange", "resize", "load"]) addEventListener(event, later);
    tree.addEventListener("mouseover", ({ target }) => markLine(target.closest(".field")?.id ?? path));
    tree.addEventListener("focusin", ({ target }) => markLine(target.closest(".field")?.id ?? path));
    look();
  }

  // A switch to another release: to the same place among its own pages, or to a view of this page, where fields that came later are hidden,
  // those that are gone are there again, and the rules are those of that release.
  const badge = header.querySelector(".release");
  if (badge) {
    const [releases, archive] = [JSON.parse(badge.dataset.releases), JSON.parse(badge.dataset.pages)];
    const own = releases.at(-1);
    const names = Object.keys(archive)[0] ? Object.keys(archive) : releases;
    const choice = element("select", { ariaLabel: says.release }, ...names.toReversed().map((each) => element("option", { textContent: each })));
    const tell = (...said) => {
      note.hidden = !said.length;
      note.textContent = said.join(" ");
    };
    const order = (each) => releases.indexOf(each);
    const came = (node, at) => order(node?.dataset.release ?? releases[0]) > order(at);
    const first = document.querySelector(".marks [data-event=since]");
    const numbers = (text) => text.split(".").map(Number);
    const isBefore = (one, other) => {
      const [first, second] = [numbers(one), numbers(other)];
      return first[0] < second[0] || (first[0] === second[0] && first[1] < second[1]);
    };
    const holds = ({ dataset }, at) => !(dataset.since && isBefore(at, dataset.since)) && !(dataset.until && isBefore(dataset.until, at));
    const keepRelease = (at) => {
      for (const link of document.querySelectorAll("nav.groups a[href], main a[href], .brand, .languages a")) {
        const to = new URL(link.href);
        if (to.origin !== location.origin || (to.pathname === location.pathname && to.hash)) continue;
        if (at === own) to.searchParams.delete("at");
        else to.searchParams.set("at", at);
        link.href = to.href;
      }
    };
    const view = (at) => {
      shownRelease = at;
      for (const field of document.querySelectorAll(".tree .field, .operation")) {
        field.classList.toggle("later", came(field.querySelector(":scope > * > [data-event=since]"), at));
        if (field.dataset.until) {
          const isGone = order(field.dataset.until) < order(at);
          field.classList.toggle("former", isGone);
          field.hidden = isGone ? "until-found" : false;
        }
      }
      for (const mark of document.querySelectorAll(".mark[data-release]")) {
        // Without its text, so that the filter of the tree does not find it either.
        mark.dataset.text ??= mark.textContent;
        mark.hidden = order(mark.dataset.release) > order(at);
        mark.textContent = mark.hidden ? "" : mark.dataset.text;
      }
      const isCounted = (field) => !field.matches(".later, .former, :is(.later, .former) .field");
      for (const below of tree?.querySelectorAll("details.below") ?? []) {
        const count = [...below.querySelectorAll(":scope > .field")].filter(isCounted).length;
        const summary = below.querySelector("summary");
        summary.textContent = count === 1 ? says.one_field : says.fields_count.replace("{count}", count);
        summary.ariaLabel = `${nameOf(below)}: ${summary.textContent}`;
      }
      const size = tree?.querySelector("h2 > small");
      if (size) size.textContent = [...tree.querySelectorAll(".field")].filter(isCounted).length;
      for (const rules of document.querySelectorAll("ul.rules:not(.past .rules)")) {
        let past = rules.nextElementSibling?.matches(".past") ? rules.nextElementSibling : null;
        for (const rule of [...rules.children, ...(past?.querySelectorAll("li") ?? [])]) {
          if (holds(rule, at)) rules.append(rule);
          else {
            if (!past) rules.after(past = element("details", { className: "past" }, element("summary", { ariaLabel: `${nameOf(rules)}: ${says.other_rules}` }, says.other_rules), element("ul", { className: "rules" })));
            past.querySelector("ul").append(rule);
          }
        }
        if (past) past.hidden = !past.querySelector("li");
      }
      if (at === own) tell();
      else if (came(first, at)) tell(absent(at, document.querySelector("h1").id));
      else tell(says.as_of.replace("{release}", at).replace("{last}", own));
    };
    isHere = (node) => !node.closest(".later");
    const go = async (at) => {
      const to = new URL(`${document.body.dataset.root}${archive[at]}${document.documentElement.lang}/${badge.dataset.place}${location.hash}`, location);
      if (location.protocol === "file:") return location.assign(Object.assign(to, { pathname: `${to.pathname}index.html` }));
      if ((order(at) < 0 || !came(first, at)) && (await fetch(to, { method: "HEAD" })).ok) return location.assign(to);
      choice.value = own;
      tell(absent(at, document.querySelector("h1").id));
    };
    const choose = (at) => {
      kept(sessionStorage, "at", at);
      const address = new URL(location.href);
      if (at === own) address.searchParams.delete("at");
      else address.searchParams.set("at", at);
      history.replaceState(null, "", address);
      keepRelease(at);
      view(at);
    };
    const asked = new URLSearchParams(location.search).get("at") ?? kept(sessionStorage, "at");
    choice.value = own in archive || !releases.includes(asked) ? own : asked;
    shownRelease = own;
    choice.addEventListener("change", () => (own in archive ? go(choice.value) : choose(choice.value)));
    if (names[1]) badge.replaceChildren(choice);
    if (choice.value !== own) choose(choice.value);
  }
  if (location.hash) follow();

  const tools = header.querySelector(".languages");
  const dark = matchMedia("(prefers-color-scheme: dark)");
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
    const node = id && byId(id);
    const back = () => node && scrollBy({ top: node.getBoundingClientRect().top - top, behavior: "instant" });
    // Behind what the browser does about the fragment of an address.
    if (document.readyState === "complete") back();
    else addEventListener("load", () => setTimeout(back));
  }
})();
