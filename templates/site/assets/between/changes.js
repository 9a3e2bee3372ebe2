(() => {
"use strict";
// The changes between any two releases, from one file of all steps; the page itself has those of the last two.
const choices = document.getElementById("changes");
const PARTS = { act: ["rejects", "may_reject", "clients"], new: ["new"], other: ["compatible", "documentation"] };
const made = (name, values, ...inside) => {
  const node = Object.assign(document.createElement(name), values);
  node.append(...inside);
  return node;
};

// What came and went again, or is again what it was, did not change between the two.
function between(rows, from, to, order) {
  const inside = rows.filter(({ release }) => order[release] > order[from] && order[release] <= order[to]);
  const gone = new Set();
  for (const steps of Map.groupBy(inside, ({ name, fact = "" }) => `${name}\n${fact}`).values()) {
    const [first, last] = [steps[0], steps.at(-1)];
    // A text that changed twice has no values to compare.
    const undone = steps[1] && first.old === last.new && (first.old || first.rule !== last.rule);
    if (last.life ? first.life === "added" && last.life === "removed" : undone) steps.forEach((step) => gone.add(step));
    // Of a thing that is new, or gone, nothing else is of interest.
    if (last.life) inside.filter((row) => row.name === last.name && row !== last).forEach((row) => gone.add(row));
  }
  return inside.filter((row) => !gone.has(row));
}

// The changes of a page with their names there. A chosen kind also has those inside its types with pages of their own.
const placeRows = ({ page, title, rows: own = [], inside = [] }, all, chosen) =>
  (chosen ? [...own, ...inside].sort(([a], [b]) => a - b) : own).map(([entry, place, gone]) => ({
    ...all[entry],
    name: all[entry].own && page ? [place, gone].filter(Boolean).join(".") || title : all[entry].name,
    place,
  }));

// The file of changes is a script that hands over its data, since a page may fetch nothing from a disk.
async function readChanges(root, tag) {
  const path = `changes/${tag}.js`;
  if (location.protocol !== "file:") {
    const text = await (await fetch(root + path)).text();
    return JSON.parse(text.slice(text.indexOf(",") + 1, text.lastIndexOf(")")));
  }
  return new Promise((resolve, reject) => {
    const earlier = globalThis.loadReferencePart;
    globalThis.loadReferencePart = (name, data) => (name === path ? resolve(data) : earlier?.(name, data));
    document.head.append(made("script", { src: root + path, onerror: reject }));
  });
}

async function choose() {
  const { root, tag } = document.body.dataset;
  const says = JSON.parse(choices.dataset.says);
  const { releases, rows: all, groups } = await readChanges(root, tag);
  const order = Object.fromEntries(releases.map((name, place) => [name, place]));
  const asked = new URLSearchParams(location.search);
  const select = (name, label, options) => {
    const field = made("select", { name }, ...options.map(([value, text]) => made("option", { value, textContent: text })));
    field.value = [...field.options].some(({ value }) => value === asked.get(name)) ? asked.get(name) : choices.dataset[name] ?? "";
    choices.append(made("label", {}, `${label} `, field), " ");
    return field;
  };
  const named = releases.map((name) => [name, name]);
  const from = select("from", says.from, named.slice(0, -1));
  const to = select("to", says.to, named.slice(1));
  const kind = select("kind", says.kind, [["", says.all], ...groups.map(({ page = "", title, version = "" }) => [page || "-", `${title} ${version}`])]);
  const effect = select("effect", says.effect, [["", says.all], ...Object.entries(says.consequences)]);
  const show = () => {
    if (order[from.value] >= order[to.value]) [from.value, to.value] = order[from.value] === order[to.value] ? [releases[order[to.value] - 1] ?? releases[0], to.value] : [to.value, from.value];
    const shown = groups
      .filter(({ page }) => !kind.value || kind.value === (page ?? "-"))
      .map((group) => ({ ...group, rows: between(placeRows(group, all, kind.value), from.value, to.value, order).filter((row) => !effect.value || row.consequence === effect.value).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)) }))
      .filter(({ rows }) => rows.length);
    const item = (page, row) => {
      const address = page && `${root}${tag}/${page}/?release=${row.release}${row.place ? `#${row.place}` : ""}`;
      const name = page ? made("a", { href: address, textContent: row.name }) : row.name;
      const words = (row.words ?? []).flatMap(([mark, text]) => [mark ? made(mark, { textContent: text }) : text, " "]);
      const said = words.length ? [` ${row.text}: `, made("span", row.lang ? { lang: row.lang } : {}, ...words)] : [` ${row.text} `];
      const more = row.more ? made("small", { textContent: ` ${says.more.replace("{count}", row.more)}` }) : "";
      return made("li", { className: row.consequence }, made("b", { className: "level", textContent: says.consequences[row.consequence] }), " ", made("span", {}, name, ...said, made("small", { textContent: order[to.value] - order[from.value] > 1 ? row.release : "" }), more));
    };
    const section = ({ page, title, version = "", rows }) => made("section", {},
      made("h2", {}, page ? made("a", { href: `${root}${tag}/${page}/`, textContent: title }) : title, " ", made("small", { textContent: version })),
      made("ul", { className: "changes" }, ...rows.map((row) => item(page, row))));
    const counts = {};
    const parts = Object.entries(PARTS).map(([name, consequences]) => {
      const inside = shown.map((group) => ({ ...group, rows: group.rows.filter((row) => consequences.includes(row.consequence)) })).filter(({ rows }) => rows.length);
      counts[name] = inside.reduce((sum, { rows }) => sum + rows.length, 0);
      const summary = made("summary", {}, says.parts[name], " ", made("small", { textContent: counts[name] }));
      // What is only new or compatible is folded, unless it was asked for.
      const open = name === "act" || !!kind.value || !!effect.value;
      return counts[name] ? made("details", { className: "kind-of-change", open }, summary, ...inside.map(section)) : "";
    });
    document.getElementById("changes-shown").replaceChildren(...(shown.length ? parts.filter(Boolean) : [made("p", { textContent: says.none })]));
    const [pair, summary] = document.getElementById("changes-pair").children;
    pair.textContent = `${from.value} → ${to.value}`;
    summary.textContent = says.summary.replace(/\{(\w+)\}/g, (_, name) => counts[name]);
    const chosen = new URLSearchParams();
    for (const { name, value } of [from, to, kind, effect]) if (value) chosen.set(name, value);
    history.replaceState(null, "", `?${chosen}`);
  };
  choices.addEventListener("change", show);
  show();
}

if (choices) choose();
})();
