// Compiles JSON Schemas with ajv in strict mode, in which whatever it does not know is an error: node ajv.cjs SCHEMA...
// Extensions are made known; each warning is a failure too.
const fs = require("node:fs");
const Ajv = require("ajv/dist/2020").default;
const formats = require("ajv-formats").default;

for (const file of process.argv.slice(2)) {
  const text = fs.readFileSync(file, "utf8");
  const refuse = (message) => {
    throw new Error(message);
  };
  const ajv = new Ajv({ strict: true, strictRequired: true, allErrors: true, logger: { log: refuse, warn: refuse, error: refuse } });
  formats(ajv);
  ajv.addVocabulary([...new Set(text.match(/(?<=")x-[a-z-]+(?=":)/g))]);
  ajv.compile(JSON.parse(text));
  console.log(`${file}: compiled`);
}
