// A relying party: verifies a token by the discovery documents of its issuer, and prints its subject.
//
//   node relying_party.mjs ISSUER AUDIENCE < TOKEN
import { readFileSync } from "node:fs";
import { createRemoteJWKSet, jwtVerify } from "jose";

const [issuer, audience] = process.argv.slice(2);
const configuration = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const keys = createRemoteJWKSet(new URL(configuration.jwks_uri));
const algorithms = configuration.id_token_signing_alg_values_supported;
try {
  const token = readFileSync(0, "utf8").trim();
  const verified = await jwtVerify(token, keys, { issuer, audience, algorithms });
  console.log(verified.payload.sub);
} catch (error) {
  console.error(error.code ?? error.message);
  process.exit(1);
}
