// Calls the official JavaScript SDK: one JSON line in for each call, one JSON line out with what the SDK made of it.
"use strict";

const readline = require("node:readline");
const sdk = require(process.argv[2]);

const client = sdk.ApiClient.instance;
client.setReturnExtendedResponses(true);
client.config.live_reload_config = false;

// Path, method, path values, query values, (header values, form values,) body, as a method's source has them.
const CALL =
  /callApi\(\s*'([^']+)',\s*'([A-Z]+)',\s*\{([^}]*)\},\s*\{(.*?)\},\s*\{[^}]*\},\s*\{[^}]*\},\s*([^,\s]+),/s;

// Every method of every API class, by the method and path that stand in its source.
function methods() {
  const found = {};
  for (const [name, api] of Object.entries(sdk)) {
    if (!name.endsWith("Api")) continue;
    for (const method of Object.getOwnPropertyNames(api.prototype)) {
      if (method === "constructor") continue;
      const source = api.prototype[method].toString();
      const line = source.match(CALL);
      if (line) found[`${line[2]} ${line[1]}`] ??= { api, method, source, path: line[3], query: line[4], sent: line[5] };
    }
  }
  return found;
}

const table = methods();

// The names of the API by the expressions that the method takes them from: an argument, or opts['name'].
function names(text) {
  const found = {};
  const entry = /'([^']+)': (?:this\.apiClient\.buildCollectionParam\()?(opts\['[^']+'\]|\w+)/g;
  for (const [, name, from] of text.matchAll(entry)) found[from] = name;
  return found;
}

function call({ key, path, query, body }) {
  const { api, method, source, path: pathText, query: queryText, sent } = table[key];
  const parameters = source.slice(source.indexOf("(") + 1, source.indexOf(")")).split(",").map((one) => one.trim());
  const given = { ...path, ...query };
  const known = { ...names(pathText), ...names(queryText) };
  const unknown = Object.keys(given).filter((name) => !Object.values(known).includes(name));
  if (unknown.length) throw new Error(`${method} does not know ${unknown}`);
  const opts = {};
  for (const [from, name] of Object.entries(known)) {
    const option = from.match(/^opts\['(.+)'\]$/);
    if (option && given[name] !== undefined) opts[option[1]] = given[name];
  }
  const optional = sent.match(/^opts\['(.+)'\]$/);
  if (body !== null && optional) opts[optional[1]] = body;
  const values = parameters.map((one) => (one === "opts" ? opts : one === sent ? body : given[known[one]]));
  return new api()[method](...values);
}

async function answer(request) {
  try {
    if (request.connect) {
      const { host, port, login, api } = request.connect;
      client.setGateway({ host, protocol: "http", port, path_params_login: login, path_params_api: api });
      return {};
    }
    if (request.login) {
      const data = await client.loginClientCredentialsGrant(...request.login);
      return { status: 200, body: { expires: data.tokenExpiryTime } };
    }
    const { status, headers, body } = await call(request);
    return { status, headers, body };
  } catch (error) {
    if (error && error.status && error.headers)
      return { status: error.status, headers: error.headers, body: error.body, error: true };
    return { choked: `${error && error.stack ? error.stack : JSON.stringify(error)}` };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin }))
    process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
}

main();
