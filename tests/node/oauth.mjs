// Every flow of an authorization server by a strict client, oauth4webapi; prints what came, as JSON. The command line holds a JSON
// object: {issuer, api, audience, machine: {id, secret}, app: {id, redirectUri}, person: {name, password}, scope}.
import * as oauth from 'oauth4webapi';

const told = JSON.parse(process.argv[2]);
const http = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(told.issuer);
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http }));

const viewer = async (token) => {
  const answer = await fetch(told.api, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { role duties region } }' }),
  });
  return answer.status === 200 ? (await answer.json()).data.viewer : answer.status;
};
const valid = (token) =>
  oauth.validateJwtAccessToken(as, new Request(told.api, { headers: { authorization: `Bearer ${token}` } }), told.audience, http);

// a machine
const machine = { client_id: told.machine.id };
const secret = oauth.ClientSecretBasic(told.machine.secret);
const own = await oauth.processClientCredentialsResponse(
  as,
  machine,
  await oauth.clientCredentialsGrantRequest(as, machine, secret, new URLSearchParams(), http),
);
const ownClaims = await valid(own.access_token);
const byMachine = await viewer(own.access_token);
const asked = await oauth.processIntrospectionResponse(
  as,
  machine,
  await oauth.introspectionRequest(as, machine, secret, own.access_token, http),
);
await oauth.processRevocationResponse(await oauth.revocationRequest(as, machine, secret, own.access_token, http));
const machineAfter = await viewer(own.access_token);

// a person, in the place of their browser
const app = { client_id: told.app.id };
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const address = new URL(as.authorization_endpoint);
const parameters = {
  client_id: app.client_id,
  redirect_uri: told.app.redirectUri,
  response_type: 'code',
  scope: told.scope,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
};
for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
const page = await fetch(address);
const fields = new URLSearchParams(
  [...(await page.text()).matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [
    name,
    value.replaceAll('&amp;', '&'),
  ]),
);
for (const [name, value] of Object.entries(told.person)) fields.set(name, value);
fields.set('decision', 'allow');
const cookie = page.headers.get('set-cookie').split(';')[0];
const back = await fetch(as.authorization_endpoint, { method: 'POST', body: fields, headers: { cookie }, redirect: 'manual' });
const came = oauth.validateAuthResponse(as, app, new URL(back.headers.get('location')), state);
const login = await oauth.processAuthorizationCodeResponse(
  as,
  app,
  await oauth.authorizationCodeGrantRequest(as, app, oauth.None(), came, told.app.redirectUri, verifier, http),
);
const loginClaims = await valid(login.access_token);
const byPerson = await viewer(login.access_token);
const again = await oauth.processRefreshTokenResponse(
  as,
  app,
  await oauth.refreshTokenGrantRequest(as, app, oauth.None(), login.refresh_token, http),
);
const byRefreshed = await viewer(again.access_token);
await oauth.processRevocationResponse(await oauth.revocationRequest(as, app, oauth.None(), again.refresh_token, http));
const personAfter = await viewer(again.access_token);

process.stdout.write(
  JSON.stringify({
    ownClaims,
    byMachine,
    ownScope: own.scope,
    ownRefresh: own.refresh_token ?? null,
    asked,
    machineAfter,
    backStatus: back.status,
    loginClaims,
    byPerson,
    rotated: login.refresh_token !== again.refresh_token,
    byRefreshed,
    personAfter,
  }),
);
