// A certified OpenID provider with clients, keys and claims as the JSON object on the command line says:
// {port, keys, audience, algorithm, seconds, clients: [{client_id, client_secret}], claims: {client_id: {…}}}.
// Prints "ready" once it answers. GET /asked says how often its keys were fetched.
import Provider from 'oidc-provider';

const told = JSON.parse(process.argv[2]);
const provider = new Provider(`http://127.0.0.1:${told.port}`, {
  jwks: { keys: told.keys },
  clients: told.clients.map((client) => ({
    ...client,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })),
  clientDefaults: { id_token_signed_response_alg: told.algorithm },
  scopes: ['records'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async (ctx, resource) => ({
        scope: 'records',
        audience: resource,
        accessTokenTTL: told.seconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: told.algorithm } },
      }),
    },
  },
  extraTokenClaims: async (ctx, token) => told.claims[token.clientId],
});

let asked = 0;
provider.use(async (ctx, next) => {
  if (ctx.path === '/asked') {
    ctx.body = { asked };
    return;
  }
  if (ctx.path === '/jwks') asked += 1;
  await next();
});
provider.listen(told.port, '127.0.0.1', () => process.stdout.write('ready\n'));
