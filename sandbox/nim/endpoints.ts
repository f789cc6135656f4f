import { createHash } from 'node:crypto';
import type { NimConfig } from './config.ts';
import { modelManifest, type Profile } from './profiles.ts';

const licenceText =
  '**GOVERNING DOWNLOAD TERMS:**\n\nThis is a stand-in for a NIM container. It holds no software and no model of NVIDIA; its own licence is that of Nimdeck (Apache-2.0).';

const licence = {
  name: 'LICENSE',
  path: '/opt/nim/LICENSE',
  sha: createHash('sha1').update(licenceText).digest('hex'),
  size: licenceText.length,
  url: '',
  type: 'file',
  content: licenceText,
};

/** Bodies of the management endpoints, in the shapes captured from LLM 2.0.6, and of other kinds and lines from theirs (nim facts 4.1). */
export function managementBodies(config: NimConfig, profile: Profile, startedAt: Date) {
  const created = Math.floor(startedAt.getTime() / 1000);
  const shortName = `${config.model.split('/').at(-1)}:${profile.precision}`;
  const permission = {
    id: `modelperm-${profile.id.slice(0, 16)}`,
    object: 'model_permission',
    created,
    allow_create_engine: false,
    allow_sampling: true,
    allow_logprobs: true,
    allow_search_indices: false,
    allow_view: true,
    allow_fine_tuning: false,
    organization: '*',
    group: null,
    is_blocking: false,
  };
  const isOld = config.generation !== '2.x';
  const health = config.kind === 'embedding' ? 'health-response' : 'health.response';
  const end = config.kind === 'embedding' || config.kind === 'rerank' ? '.' : '';
  const said = (word: 'live' | 'ready') =>
    isOld ? { object: health, message: `Service is ${word}${end}` } : { object: health, message: word, status: word };
  const version = isOld
    ? { release: config.version, api: '3.1.0' }
    : { release: config.version, openapi_spec: '3.1.0' };
  const aboutProfile = isOld
    ? { selectedModelProfileId: profile.id, repository_override: '' }
    : { profile_id: profile.id, profile_name: profile.name };
  const plainModels = {
    object: 'list',
    data: config.servedNames.map((id) =>
      config.kind === 'rerank' ? { id } : { id, created: 0, object: 'model', owned_by: 'organization-owner' },
    ),
  };
  const isText = config.kind === 'chat' || config.kind === 'vision';
  return {
    live: said('live'),
    ready: said('ready'),
    version,
    models: !isText
      ? plainModels
      : {
          object: 'list',
          data: config.servedNames.map((id) => ({
            id,
            object: 'model',
            created,
            owned_by: 'vllm',
            root: `${config.cachePath}/tmp/nim_sandbox`,
            parent: null,
            max_model_len: config.maxModelLength,
            permission: [permission],
          })),
        },
    metadata: {
      version: config.version,
      modelInfo: [{ modelUrl: `ngc://nim/${config.model}:${profile.precision}`, shortName }],
      assetInfo: [],
      licenseInfo: licence,
      ...aboutProfile,
    },
    manifest: { manifest_file: modelManifest(config), repository_override: '' },
    license: licence,
  };
}
