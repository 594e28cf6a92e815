// A certified OpenID Connect provider on loopback, spoken to by JSON lines: the first says who is registered, and each
// that follows changes it. One line is answered to each: the issuer.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

console.info = console.error; // the provider's advice; answers alone go to standard output
const state = { keys: [], users: {}, clients: [], codeSeconds: 60, handle: null };

function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomBytes(8).toString("hex"), use: "sig", alg: "RS256" };
}

function provider(issuer) {
  return new Provider(issuer, {
    clients: state.clients,
    jwks: { keys: state.keys },
    claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
    cookies: { keys: ["only for tests"] },
    pkce: { required: () => true },
    ttl: { AuthorizationCode: () => state.codeSeconds },
    findAccount: (_context, id) =>
      state.users[id] && { accountId: id, claims: () => ({ sub: id, ...state.users[id] }) },
  }).callback();
}

const server = createServer((request, answer) => state.handle(request, answer));

function obey(line) {
  const { rotate, ...told } = JSON.parse(line);
  Object.assign(state, told);
  if (rotate || state.keys.length === 0) state.keys = [newKey()];
  const issuer = `http://127.0.0.1:${server.address().port}`;
  state.handle = provider(issuer);
  console.log(JSON.stringify({ issuer }));
}

server.listen(0, "127.0.0.1", () => {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", obey);
  lines.on("close", () => process.exit(0));
});
