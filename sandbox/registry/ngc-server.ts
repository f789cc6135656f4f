import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Gate } from './gate.ts';
import { sendJson } from './replies.ts';
import { countKey, countRequest } from './state.ts';

const organisation = {
  id: 1,
  name: 'example',
  displayName: 'Example',
  type: 'INDIVIDUAL',
  country: 'DE',
  industry: '',
};

/** In the shape captured from api.ngc.nvidia.com for a personal key; the people and places are made up. */
const callerInfo = {
  userId: '1',
  orgName: 'example',
  type: 'PERSONAL_KEY',
  products: ['ai-foundations', 'nv-cloud-functions', 'private-registry', 'artifact-catalog'],
  user: {
    id: 1,
    clientId: '1',
    starfleetId: '1',
    name: 'Example User',
    email: 'user@example.com',
    hasSignedEULA: true,
    hasSignedNVAIEEULA: true,
    hasSignedThirdPartyRegistryShareEULA: true,
    // False in the sample of a working key too.
    isActive: false,
    isDeleted: false,
    createdDate: '2026-01-01T00:00:00.000Z',
    roles: [{ org: organisation, orgRoles: ['REGISTRY-READ', 'REGISTRY_USER'], membershipRolesOnly: false }],
    idpType: 'NVIDIA',
  },
};

const requestStatus = (statusCode: string, statusDescription: string) => ({
  requestStatus: { statusCode, statusDescription, requestId: '00000000-sandbox', serverId: 'sandbox' },
});

/** The one call of api.ngc.nvidia.com that checks a key. */
export async function answerNgc(gate: Gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const seen = countRequest(gate.state, 'ngc', request);
  response.once('finish', () => (seen.status = response.statusCode));
  if (request.url !== '/v3/keys/get-caller-info' || request.method !== 'POST') {
    sendJson(response, 404, requestStatus('NOT_FOUND', 'Not found'));
    return;
  }
  // One known client sends the key as Bearer too, another only in the form.
  const form = new URLSearchParams(await text(request));
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const key = form.get('credentials') ?? bearer ?? '';
  countKey(gate.state, key);
  if (gate.config.keys.includes(key)) sendJson(response, 200, callerInfo);
  else sendJson(response, 401, requestStatus('UNAUTHORIZED', 'Invalid credentials'));
}
