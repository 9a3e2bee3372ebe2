(() => {
"use strict";
// What the box of the search finds. The names of all pages and fields are one file, from which the paths of every kind are unfolded here; the texts
// of a language are read through whole, in parts, so that one character is found as surely as a sentence. Loaded when the box is used.
const box = document.getElementById("_search");
const { root, tag } = document.body.dataset;
const [MOST, OF_KIND, AROUND, LEVELS] = [50, 4, 60, 32];
const [LONGEST, LONGEST_MESSAGE, OF_MESSAGE] = [300, 4000, 6]; // characters of a query and of a message, and the fields of one
const plain = (text) => text.normalize("NFKC").toLowerCase();
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
// A part of the index is a script that hands over its data, since a page may fetch nothing from a disk.
const parts = new Map();
globalThis.loadReferencePart = (path, data) => parts.get(path)?.(data);
const json = (path, how) => {
  if (location.protocol !== "file:") {
    return fetch(`${root}search-index/${path}`, how).then((answer) => answer.text()).then((text) => JSON.parse(text.slice(text.indexOf(",") + 1, text.lastIndexOf(")"))));
  }
  const [name] = path.split("?");
  return new Promise((resolve, reject) => {
    parts.set(`search-index/${name}`, resolve);
    document.head.append(element("script", { src: `${root}search-index/${name}`, onerror: reject }));
  });
};
const element = (name, values, ...inside) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
};
const put = (map, key, value) => (map.get(key) ?? map.set(key, []).get(key)).push(value);
const squeezed = (words) => words.replace(/[\s_-]+/g, "");

let loading;
const load = () => (loading ??= json("names.js", { cache: "no-cache" }).then(read));

// An entry is a page (its path is empty), a field somewhere in the tree of a kind, or an operation. `text` is the number of its text, `word` that
// of its name, `above` the entry around it, `type` the page of the type that has the field, and `way` the path inside of that.
function read(index) {
  const entries = [];
  const numbers = new Map();
  const aliases = new Map();
  const names = [];
  const word = (name) => {
    const low = name.toLowerCase();
    if (!numbers.has(name)) {
      numbers.set(name, names.length);
      names.push({ low, parts: (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((part) => part.toLowerCase()) });
    }
    return numbers.get(name);
  };
  let count = 0;
  const groups = new Map();
  const pages = index.pages.map(([path, name, version, rank, key, words, rows, calls, since = ""]) => {
    const page = { path, name, version, rank: +rank, text: count, calls, since, age: age(version) };
    page.rows = rows.map((row, number) => {
      const [way, to = -1, flags = "", since = ""] = [row].flat();
      return { way, to, flags, since, text: count + number + 1 };
    });
    count += rows.length + 1;
    const group = version.includes("/") ? version.split("/")[0] : "";
    const last = version.split("/").at(-1);
    const plural = words.split(" ").filter(Boolean);
    const own = [name, ...plural].flatMap((each) => [each, ...(rank ? [`${version}/${each}`, `${last}/${each}`, `${group}/${each}`, `${each}.${group}`, `${each}.${last}.${group}`] : [])]);
    for (const alias of new Set([key, ...own].map((each) => each.toLowerCase()))) put(aliases, alias, page);
    const folder = path.split("/")[0];
    if (rank && !groups.has(folder)) groups.set(folder, { path: folder, name: group || folder, version: "", versions: new Set(), rank: 1, group: true, rows: [], calls: [], text: -1, since: "", age: 0 });
    if (rank) groups.get(folder).versions.add(version);
    return page;
  });
  for (const page of groups.values()) {
    page.version = [...page.versions].join(" ");
    for (const alias of new Set([page.name, page.path, ...page.versions])) put(aliases, alias.toLowerCase(), page);
  }
  const shown = new Set();
  const add = (page, type, before, above, inside) => {
    const at = new Map();
    for (const { way, to, flags, since, text } of type.rows) {
      const cut = way.lastIndexOf(".");
      at.set(way, entries.length);
      shown.add(text);
      const outer = at.get(way.slice(0, Math.max(cut, 0))) ?? above;
      // What is below a gated field is gated too.
      const isGated = flags.includes("g") || Boolean(entries[outer]?.isGated);
      entries.push({ page, flags, since, isGated, path: before + way, low: (before + way).toLowerCase(), above: outer, word: word(way.slice(cut + 1)), text, type, way: way.toLowerCase() });
      if (to >= 0 && !inside.includes(to) && inside.length <= LEVELS) add(page, pages[to], `${before}${way}.`, entries.length - 1, [...inside, to]);
    }
  };
  const whole = (page) => {
    entries.push({ page, flags: "", since: page.since ?? "", path: "", low: "", above: -1, word: word(page.name), text: page.text, type: page, way: "" });
    return entries.length - 1;
  };
  [...groups.values()].forEach(whole);
  pages.forEach((page, number) => page.rank && add(page, page, "", whole(page), [number]));
  for (const page of pages) {
    if (page.rank) continue;
    const rows = page.rows.filter(({ text }) => !shown.has(text));
    add(page, { ...page, rows }, "", whole(page), [...pages.keys()]);
  }
  for (const page of pages) {
    for (const [path, call] of page.calls) {
      entries.push({ page, flags: "", since: "", path, call, low: call.toLowerCase().replace(/\/\{[^}]*\}/g, ""), above: -1, text: -1, type: page, way: "" });
    }
  }
  return { ...index, pages, entries, names, aliases, texts: {}, terms: Object.assign({}, ...Object.values(index.terms)) };
}

// How late a version is among the stable ones of its kind: `v2` is preferred to `v1`, and both to `v3beta1`.
function age(version) {
  const [, major, early] = /(?:^|\/)v(\d+)((?:alpha|beta)\d*)?$/.exec(version) ?? [];
  if (!major) return 0;
  return early ? -2 : Math.min(+major, 20) / 10;
}

// The texts of a language in the order of the entries; a number is that of an earlier entry with the same text.
async function texts(index, tag) {
  index.texts[tag] ??= Promise.all([...Array(index.parts[tag]).keys()].map((part) => json(`${tag}-${part}.js?${index.state}`)))
    .then((parts) => parts.flat())
    .then((all) => ({ all, low: all.map((text) => (text.trim ? plain(text) : "")) }));
  return index.texts[tag];
}

// A word in the singular and in the plural.
const numbers = (word) => [word, `${word}s`, `${word}es`, word.replace(/s$/, ""), word.replace(/es$/, ""), word.replace(/ies$/, "y"), word.replace(/y$/, "ies")];
const stem = (word) => word.replace(/(?<=.{4})(ations?|ings?|ions?|ies|ied|ers?|ed|es|s|y|e)$/, "");

// Whether one letter more, less or other, or two exchanged, make a word of another.
function near(one, other) {
  let [from, end, until] = [0, one.length, other.length];
  if (end < 4 || Math.abs(end - until) > 1) return false;
  while (from < end && one[from] === other[from]) from += 1;
  while (end > from && until > from && one[end - 1] === other[until - 1]) [end, until] = [end - 1, until - 1];
  const exchanged = end === until && end - from === 2 && one[from] === other[from + 1] && one[from + 1] === other[from];
  return exchanged || Math.max(end, until) - from < 2;
}

const pairs = (text) => new Set([...text].slice(1).map((letter, at) => text[at] + letter));
function alike(one, other) {
  const [first, second] = [pairs(one), pairs(other)];
  return (2 * [...first].filter((pair) => second.has(pair)).length) / (first.size + second.size || 1);
}

const vocabulary = (index) => (index.vocabulary ??= [...new Set([...index.aliases.keys(), ...index.names.map(({ low }) => low)])]);

// The words of a query. Paths as people copy them have a command, indexes or a dot in front, and manifests a colon behind.
function split(query, index) {
  const said = query.replace(/^kubectl\s+(explain|get|describe|edit)\s+/, "").replace(/(^|\s)--?\S+/g, " ").replace(/\b(apiversion|kind):/g, " ");
  const words = said.replace(/\[[^\]\s]*\]/g, "").match(/\p{Script=Han}+|[^\s\p{Script=Han},;!?()"'`\u2018-\u201f\u3001-\u3011]+/gu) ?? [];
  return words.flatMap((word) => (/\p{Script=Han}/u.test(word) ? cut(word, index) : [word.replace(/^[.$]+|[.:]+$/g, "")])).filter(Boolean);
}

// A run of Chinese as terms, the longest first, and what is between them.
function cut(run, index) {
  for (let size = run.length; size > 1; size -= 1) {
    for (let at = 0; at + size <= run.length; at += 1) {
      const part = run.slice(at, at + size);
      if (Object.hasOwn(index.terms, part)) return [...cut(run.slice(0, at), index), part, ...cut(run.slice(at + size), index)];
    }
  }
  return Object.hasOwn(index.terms, run) ? [run] : run.split(/[的和与在中里]/).filter((part) => part[1] || part === run || Object.hasOwn(index.terms, part));
}

// The same words, those that are one name in the API joined.
function joined(words, index) {
  const known = new Set(vocabulary(index));
  const made = [];
  for (let at = 0; at < words.length; ) {
    let end = Math.min(words.length, at + 6);
    while (end > at + 1 && !numbers(words.slice(at, end).join("")).some((name) => known.has(name))) end -= 1;
    made.push(words.slice(at, end).join(""));
    at = end;
  }
  return made;
}

const LITTLE = new Set(["a", "an", "the", "of", "in", "on", "to", "for", "from", "with", "how", "is", "set", "and", "my", "by", "what", "field", "api", "when", "at", "be", "by", "it", "its", "or", "as", "that", "this", "are", "does", "can"]);

// How well each entry answers to a word: by its name, the names and texts around it, its kind, its path, or its own text.
function rate(word, index, low, alone) {
  const [han, dotted] = [/\p{Script=Han}/u.test(word), /[./]/.test(word)];
  const terms = (Object.hasOwn(index.terms, word) ? index.terms[word] : []).map((term) => squeezed(term.toLowerCase()));
  const several = (each) => (dotted ? [each] : numbers(each));
  let forms = new Map([...terms.flatMap(numbers).map((form) => [form, 0.8]), ...several(squeezed(word)).map((form) => [form, 0.95]), [word, 1]]);
  const begins = han ? null : new RegExp(`(?<![a-z0-9])${escaped(stem(word))}`);
  const has = (text) => (begins ? begins.test(text) : text.includes(word));
  const known = new Set(vocabulary(index));
  const strange = (part) => !/^\d*$/.test(part) && !numbers(part).some((form) => known.has(form)) && !vocabulary(index).some((name) => name.startsWith(part));
  const repaired = (part) => (strange(part) ? vocabulary(index).find((name) => near(part, name)) ?? part : part);
  if (!han && !terms.length && (dotted || !low.some(has))) {
    const fixed = index.aliases.has(word) ? word : word.split(".").map(repaired).join(".");
    if (fixed !== word) forms = new Map(several(fixed).map((form) => [form, 0.9]));
  }
  const rest = new Map(); // what is behind the name of a page
  for (const [form, weight] of forms) {
    for (let end = form.length; end > 0; end = form.lastIndexOf(".", end - 1)) {
      for (const page of index.aliases.get(form.slice(0, end)) ?? []) if (!rest.has(page) || rest.get(page)[0].length > form.length - end) rest.set(page, [form.slice(end + 1), weight]);
    }
  }
  const path = (text) => {
    const parts = text.split(/[./]/).filter((part) => part && !/^\d+$/.test(part)).map(escaped);
    const [straight, loose] = [new RegExp(`^(.*\\.)?${parts.join("\\.")}([^.]*)$`), new RegExp(`(^|\\.)${parts.join("(\\.|\\..*\\.)")}$`)];
    return (low) => {
      const [, before, more] = straight.exec(low) ?? [];
      return more === undefined ? 30 * loose.test(low) : 80 - 20 * !!before - 20 * !!more;
    };
  };
  const paths = new Map([...rest.values()].filter(([text]) => text).map(([text]) => [text, path(text)]));
  const ways = dotted ? [...forms].map(([form, weight]) => [path(form), weight]) : [];
  const action = terms.find((term) => term.includes("/")) ?? word;
  const call = index.aliases.has(word) ? "" : action.replace(/\/\{[^}]*\}/g, "").replace(/^https?:\/\/[^/]*/, "");
  const named = index.names.map(({ low, parts }) => {
    let best = 0;
    for (const [form, weight] of forms) {
      const points = low === form ? 40 : low.startsWith(form) && form[1] ? 24 : parts.includes(form) ? 20 : form[2] && low.includes(form) ? 8 : 0;
      best = Math.max(best, points * weight);
    }
    return best || (begins && word.length > 3 && parts.some((part) => begins.test(part)) ? 14 : 0);
  });
  const told = low.map((text) => (text && has(text) ? 7 - Math.min(text.indexOf(word) + 1, 200) / 100 - Math.min(text.length, 900) / 900 : 0));
  const around = new Float32Array(index.entries.length);
  return index.entries.map(({ page, path, low, above, word: name, text, type, way, call: operation }, number) => {
    const [behind, weight = 1] = rest.get(page) ?? [];
    if (operation !== undefined) {
      const words = low.split(" ");
      const exact = call.startsWith("/") && new RegExp(`^${escaped(operation.split(" ")[2]).replace(/\\\{[^}]*\}/g, "[^/]+")}$`, "i").test(call);
      const reached = exact ? 75 : call.includes("/") && words[2].endsWith(call) ? 70 - words[2].length / 20 : call.includes("/") && words[2].includes(call) ? 40 : 0;
      return Math.max(reached, words[0] === word || words[1] === word ? 30 : 0, behind === "" ? 12 : 0);
    }
    const own = Math.max(named[name], told[text] ?? 0);
    const outer = above < 0 ? 0 : around[above];
    around[number] = Math.max(outer, 0.5 * named[name], 0.4 * (told[text] ?? 0));
    let best = Math.max(own, outer);
    if (behind === "") best = Math.max(best, path ? 26 : (alone ? (page.rank ? 100 : 45) : 30) * weight);
    else if (behind !== undefined && path) best = Math.max(best, paths.get(behind)(low) * weight && 26 + paths.get(behind)(low) * weight);
    const [inner] = type === page ? [] : rest.get(type) ?? [];
    if (inner) best = Math.max(best, paths.get(inner)(way));
    for (const [match, weight] of path ? ways : []) best = Math.max(best, match(low) * weight);
    return page.version === word ? Math.max(best, 9) : best;
  });
}

// A pattern of several words as a text has them together: Chinese ones also with a particle between them. A single word has none.
function readPhrase(said) {
  if (/\p{Script=Han}/u.test(said)) return new RegExp([...said].map(escaped).join("的?"), "u");
  return /\s/.test(said) ? new RegExp(escaped(said)) : null;
}

// Adds up what each word says of each entry. Kinds come before fields, common ones first, and near fields before deep ones.
function total(words, index, low, phrase) {
  const rates = words.map((word) => [rate(word, index, low, words.length < 2), LITTLE.has(word) && words.length > 1]);
  const asked = rates.filter(([, little]) => !little).length || 1;
  return index.entries.map((entry, number) => {
    let [sum, met] = [0, 0];
    for (const [rated, little] of rates) {
      sum += rated[number] * (little ? 0.2 : 1);
      if (!little && rated[number]) met += 1;
    }
    const absent = asked - met;
    if (!met || met < asked / 2 || (absent && asked < 2)) return 0;
    const { page, path, text } = entry;
    const whole = phrase?.test(low[text] ?? "") ? 12 : 0;
    const kind = page.rank ? 5 - Math.min(page.rank, 100) / 20 + page.age : -4;
    // Readers ask for what they write, and rarely for what few clusters have.
    const rare = 8 * !!entry.isGated + 2 * /^status\b/.test(path);
    return Math.max(sum + whole + kind - rare - 18 * absent - 0.6 * path.split(".").length - 6 * !!page.group * (sum < 100), 0.01);
  });
}

// Filters of a query, such as `is:required` and `since:1.2`, and the rest of it.
const FILTERS = {
  "is:required": () => ({ flags }) => flags.includes("r"),
  "is:deprecated": () => ({ flags }) => flags.includes("d"),
  "is:alpha": () => ({ isGated }) => Boolean(isGated),
  since: (release) => ({ since }) => since === release,
};
function readFilters(query) {
  const filters = [];
  const rest = query.replace(/(?:^|\s)(is:[a-z]+|since:\S+)/gi, (whole, word) => {
    const [name, value] = word.toLowerCase().split(":");
    const filter = FILTERS[name === "since" ? name : `${name}:${value}`];
    if (!filter) return whole;
    filters.push(filter(value.replace(/^v/, "")));
    return " ";
  });
  return [rest.trim(), (entry) => filters.every((filter) => filter(entry)), filters.length > 0];
}

// How servers, kubectl and `codegen validate` name the field that is wrong, unknown or absent, whose value has another type, or that a policy
// asks for. Readers also paste messages that a console or an assistant has translated to Chinese.
const FIELD_MESSAGES = [
  /(?<![\w.\]])([a-z][\w-]*(?:\[[^\]]*\]|\.[\w/-]+)*): *(?=Required value|Invalid value|Unsupported value|Duplicate value|Forbidden|Not found|Too long|Too many|Too few|Internal error|unknown field(?! "))/g,
  /(?<![\w.\]])([a-z][\w-]*(?:\[[^\]]*\]|\.[\w/-]+)*): *(?=必须提供|必需|必填|缺少|无效|值无效|不支持|值不受支持|重复|值重复|禁止|不允许|未找到|找不到|过长|太长|过多|太多|过少|太少|内部错误|未知字段(?! ?"))/g,
  /ValidationError\(([\w.[\]-]+)\): (?:unknown|missing required) field "([^"]+)"/g,
  /(?<!\): )(?:unknown field|未知字段) ?"([^"]+)"/g,
  /Go struct field \w+\.([\w.]+) of type/g,
  /must set ([a-zA-Z]+(?:\.[a-zA-Z]+)+)[=. ]/g,
];
const KIND_MESSAGES = [/([A-Z]\w*(?:\.[\w.-]+)?) "[^"]*" (?:is invalid|无效):/, /cannot be handled as an? (\w+)/, /no matches for kind "(\w+)"/, /\b([a-z]+(?:\.[\w.-]+)?) "[^"]*" (?:already exists|not found|is forbidden)/];

// The places that a message of a server is about, each with its kind if the message names it, or nothing if it is no such message.
function readPlaces(query) {
  const [kind = ""] = KIND_MESSAGES.map((form) => form.exec(query)?.[1]).filter(Boolean);
  const named = FIELD_MESSAGES.flatMap((form) => [...query.matchAll(form)].map(([, ...names]) => names.join(".").replace(/\[[^\]]*\]/g, "")));
  const places = named.map((name) => (kind && !/^[A-Z]/.test(name) ? `${kind}.${name}` : name));
  return [...new Set(places.length || !kind ? places : [kind])];
}

// The limits that a message names, if it says what a value must be.
function readLimits(query) {
  const isRule = /\bmust (be|have|contain|match|start|end|consist|validate|not)\b|may not be|should be|Too long|Too many/.test(query);
  return isRule ? query.replace(/Invalid value: (?:"(?:[^"\\]|\\.)*"|\{[^}]*\}|[^:]*)/, "").match(/\d+/g) ?? [] : [];
}

// The fields with a rule that has the numbers of a message, those first whose rule has most of its words.
async function findRules(index, said) {
  const limits = readLimits(said);
  if (!limits.some((limit) => limit.length > 1)) return [];
  const [rules, places] = await json(`rules-${tag}.js?${index.state}`);
  const words = new Set(plain(said).match(/[a-z]{4,}/g));
  const points = rules.map((rule) => {
    const own = new Set(rule.replace(/(\d),(?=\d{3})/g, "$1").match(/\d+/g));
    if (!limits.every((limit) => limit.length < 2 || own.has(limit))) return 0;
    return 1 + limits.filter((limit) => own.has(limit)).length + [...words].filter((word) => plain(rule).includes(word)).length;
  });
  index.places ??= new Map(index.entries.map((entry) => [`${entry.page.path}#${entry.path}`, entry]));
  const { all } = await texts(index, tag);
  const kind = ({ rank, age }) => (rank ? 5 - Math.min(rank, 100) / 20 + age : -4);
  return places.filter(([rule]) => points[rule]).map(([rule, number, path]) => {
    const page = index.pages[number];
    const entry = index.places.get(`${page.path}#${path}`) ?? { page, path, text: -1 };
    return { ...entry, all, score: 10 * points[rule] + kind(page) - 0.6 * path.split(".").length };
  });
}

// The name that a command or a part of a message means. Such terms have several words, and other words may be around them.
function findPhrase(index, said) {
  const phrases = Object.keys(index.terms).filter((term) => /^[a-z'-]+( [a-z'-]+)+$/.test(term));
  const phrase = phrases.find((term) => new RegExp(`(^|[^a-z])${escaped(term)}([^a-z-]|$)`, "i").test(said.replace(/\s+/g, " ")));
  return phrase && index.terms[phrase][0];
}

async function find(asked) {
  const index = await load();
  const [said, passes, isFiltered] = readFilters(asked.normalize("NFKC").replace(/[\u201c\u201d]/g, '"').trim());
  if (isFiltered && !said) {
    const { all } = await texts(index, tag);
    const hits = index.entries.filter(passes).map((entry) => ({ ...entry, all, score: 10 - Math.min(entry.page.rank || 200, 200) / 20 + entry.page.age - 0.1 * entry.path.split(".").length }));
    return hits.length ? grouped(hits, []) : { rows: [], count: 0 };
  }
  const meant = findPhrase(index, said);
  if (meant) return search(index, meant, passes);
  const places = readPlaces(said);
  if (places.length) return findPlaces(index, places, passes);
  const hits = (await findRules(index, said)).filter(passes);
  if (hits.length) return grouped(hits, []);
  return search(index, said.slice(0, LONGEST), passes);
}

// The fields that a message names, or the nearest ones around them. Of several fields, each has its best entry alone.
async function findPlaces(index, places, passes) {
  const found = [];
  for (let place of places.slice(0, OF_MESSAGE)) {
    let result = await search(index, place, passes);
    while (!result.count && place.includes(".")) {
      place = place.slice(0, place.lastIndexOf("."));
      result = await search(index, place, passes);
    }
    found.push(result);
  }
  if (!found[1]) return found[0];
  return { rows: found.flatMap(({ rows }) => rows.slice(0, 2)), count: found.filter(({ count }) => count).length };
}

async function search(index, query, passes) {
  const said = [...plain(query).trim()].map((letter) => index.variants[letter] ?? letter).join("");
  const words = split(said, index);
  const phrase = readPhrase(said);
  let hits = [];
  for (const language of [tag, ...Object.keys(index.parts).filter((other) => other !== tag)]) {
    const { all, low } = await texts(index, language);
    const ways = [words, joined(words, index)].map((each) => each.join(" ")).filter((each, at, both) => each && both.indexOf(each) === at);
    const sums = ways.map((way) => total(way.split(" "), index, low, phrase));
    hits = index.entries.map((entry, number) => ({ ...entry, all, score: Math.max(0, ...sums.map((sum) => sum[number])) })).filter((hit) => hit.score && passes(hit));
    if (hits.length) break;
  }
  if (hits.length) return grouped(hits, words);
  const close = vocabulary(index).map((name) => [name, alike(squeezed(said), name)]).filter(([, like]) => like > 0.4).sort((a, b) => b[1] - a[1]).slice(0, 6);
  const { all } = await texts(index, tag);
  return { rows: close.flatMap(([name]) => { const entry = index.entries.find(({ word }) => index.names[word]?.low === name); return entry ? [row({ ...entry, all }, words)] : []; }), count: 0 };
}

// A field that many kinds share is shown at the best of them. The kinds stand in the order of their best entry.
function grouped(hits, words) {
  const best = new Map();
  for (const hit of hits.sort((a, b) => b.score - a.score || a.page.text - b.page.text)) {
    const id = hit.call || hit.text < 0 ? hit : hit.text;
    if (best.has(id)) best.get(id).more += 1;
    else best.set(id, { ...hit, more: 0 });
  }
  const kinds = new Map();
  for (const hit of [...best.values()].slice(0, 400)) put(kinds, hit.page, hit);
  const rows = [...kinds].flatMap(([{ name, version, group }, own]) => [
    ...(group ? [] : [element("li", { className: "kind" }, name, " ", element("small", {}, version))]),
    ...own.filter(({ score }) => score > 0.6 * own[0].score).slice(0, OF_KIND).map((hit) => row(hit, words)),
  ]);
  return { rows: rows.slice(0, MOST), count: best.size };
}

function row({ page, path, text: number, all, call, more }, words) {
  const text = (all[all[number]] ?? all[number] ?? "").toString();
  const low = plain(text);
  const word = words.find((each) => !LITTLE.has(each) && low.includes(each)) ?? "";
  const at = low.indexOf(word);
  const from = word ? Math.max(at - AROUND, 0) : 0;
  const to = at + word.length + AROUND;
  const part = [text.slice(from, at), element("mark", {}, text.slice(at, at + word.length)), text.slice(at + word.length, to)];
  const about = element("span", {}, from ? "…" : "", ...part, to < text.length ? "…" : "", more ? element("small", {}, ` ${box.dataset.more.replace("{count}", more)}`) : "");
  const label = call ? call.replace(/^\S+ /, "") : path ? `${page.name} ${path}` : page.version;
  const name = [element("b", {}, call ? call.split(" ")[0] : path ? path.slice(path.lastIndexOf(".") + 1) : page.name), " ", element("code", {}, label), about];
  return element("li", {}, element("a", { href: `${root}${tag}/${page.path}/${location.protocol === "file:" ? "index.html" : ""}${path && `#${path}`}` }, ...name));
}

// Loads what every query needs.
async function prepare() {
  await texts(await load(), tag);
}

globalThis.referenceSearch = { find: (query) => find(query.slice(0, LONGEST_MESSAGE)), prepare };
})();
