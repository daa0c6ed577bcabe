// A real OpenID issuer for the tests: `node issuer.mjs SETTINGS`, where SETTINGS is JSON:
// {modules, url, keys, client: {id, secret}, tls?: {key, cert}}. It prints a line once it listens.
import { createServer as createPlainServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { modules, url, keys, client, tls } = JSON.parse(process.argv[2]);
const { Provider } = await import(pathToFileURL(join(modules, 'oidc-provider/lib/index.js')));

const scope = 'openid offline_access profile email phone';

// What a client asks for by `resource`: urn:test:FORMAT:ALGORITHM:SECONDS:AUDIENCE.
function resourceServer(indicator) {
  const [, , format, alg, seconds, ...audience] = indicator.split(':');
  return {
    scope,
    audience: audience.join(':'),
    accessTokenFormat: format,
    accessTokenTTL: Number(seconds),
    ...(format === 'jwt' ? { jwt: { sign: { alg } } } : {}),
  };
}

const provider = new Provider(url, {
  jwks: { keys },
  clients: [
    {
      client_id: 'app',
      token_endpoint_auth_method: 'none',
      redirect_uris: [`${url}/callback`],
      grant_types: ['authorization_code', 'refresh_token'],
      // So that tokens tell their session.
      backchannel_logout_uri: `${url}/logout`,
      backchannel_logout_session_required: true,
      ...(tls ? {} : { application_type: 'native' }),
    },
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [],
      response_types: [],
      grant_types: [],
    },
  ],
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  extraTokenClaims: (_, token) => ({ sid: token.sid }),
  expiresWithSession: () => false,
  issueRefreshToken: () => true,
  scopes: scope.split(' '),
  cookies: { keys: ['signs the cookies of one test'] },
  features: {
    backchannelLogout: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, indicator) => resourceServer(indicator),
    },
  },
});

// Which paths were asked for, for the tests to count.
const asked = [];
const answer = provider.callback();
function handle(request, response) {
  if (request.url === '/asked') {
    response.end(JSON.stringify(asked));
    return;
  }
  asked.push(request.url);
  answer(request, response);
}

const server = tls ? createTlsServer(tls, handle) : createPlainServer(handle);
const { hostname, port } = new URL(url);
server.listen(Number(port), hostname, () => console.log('listening'));
