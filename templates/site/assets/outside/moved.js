// Keeps the field that an older address names, which a redirect without a script would lose.
location.replace(document.querySelector("a").href + location.search + location.hash);
