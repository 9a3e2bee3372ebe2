// Asks the JSON language server of VS Code about objects: node editor.cjs SCHEMA OBJECTS, which is a list.
// Prints for each object its problems, the keys without hover text, and the keys that are offered beside those of its root.
const fs = require("node:fs");
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");

const schema = fs.readFileSync(process.argv[2], "utf8");
const service = getLanguageService({ schemaRequestService: async () => schema });
service.configure({ validate: true, schemas: [{ fileMatch: ["*.json"], uri: "file:///schema" }] });

async function ask(object) {
  const document = TextDocument.create("file:///object.json", "json", 1, JSON.stringify(object, null, 2));
  const parsed = service.parseJSONDocument(document);
  const properties = [];
  (function walk(node) {
    if (node.type === "property") properties.push(node);
    (node.children || []).forEach(walk);
  })(parsed.root);
  const silent = [];
  for (const { keyNode } of properties) {
    const hover = await service.doHover(document, document.positionAt(keyNode.offset + 1), parsed);
    if (!hover || !hover.contents[0]) silent.push(keyNode.value);
  }
  const offered = await service.doComplete(document, document.positionAt(1), parsed);
  const problems = await service.doValidation(document, parsed);
  return { problems: problems.map((each) => each.message), silent, offered: offered.items.map((each) => each.label) };
}

Promise.all(JSON.parse(fs.readFileSync(process.argv[3], "utf8")).map(ask)).then((answers) => console.log(JSON.stringify(answers)));
