import { compressedBytes, type Repository } from './repositories.ts';

/** The JSON of the search's `q`. */
interface Query {
  readonly query: string;
  readonly page: number;
  readonly pageSize: number;
  readonly filters: readonly unknown[];
  readonly orderBy: readonly unknown[];
}

const defaultPageSize = 100;
/** Sizes up to this were used (ngc facts 3.1). */
const largestPage = 1000;

/** Null for what is no JSON object: NGC answers 400. */
export function parseQuery(text: string | null): Query | null {
  if (text === null) return { query: '*:*', page: 0, pageSize: defaultPageSize, filters: [], orderBy: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const given: Record<string, unknown> = { ...value };
  const count = (name: string, fallback: number, most: number) => {
    const number = given[name];
    return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? Math.min(number, most) : fallback;
  };
  return {
    query: typeof given['query'] === 'string' && given['query'] !== '' ? given['query'] : '*:*',
    page: count('page', 0, Number.MAX_SAFE_INTEGER),
    pageSize: Math.max(1, count('pageSize', defaultPageSize, largestPage)),
    filters: Array.isArray(given['filters']) ? given['filters'] : [],
    orderBy: Array.isArray(given['orderBy']) ? given['orderBy'] : [{ field: 'score', value: 'DESC' }],
  };
}

/** A page of `/v2/search/catalog/resources/CONTAINER`; `_scored` repeats rows that are also in `CONTAINER`. */
export function searchReply(repositories: readonly Repository[], asked: Query) {
  const found = repositories.filter((repository) => isMatch(repository, asked.query));
  const rows = found.slice(asked.page * asked.pageSize, (asked.page + 1) * asked.pageSize).map(toRow);
  const scored = rows.slice(0, 2);
  return {
    resultTotal: found.length,
    resultPageTotal: Math.ceil(found.length / asked.pageSize),
    params: {
      orderBy: asked.orderBy,
      queryFields: ['all', 'name', 'publisher', 'builtBy', 'displayName', 'description'],
      scoredSize: 2,
      pageSize: asked.pageSize,
      page: asked.page,
      filters: asked.filters,
      query: asked.query,
      groupBy: 'resourceType',
    },
    results:
      rows.length === 0
        ? []
        : [
            { totalCount: scored.length, groupValue: '_scored', resources: scored },
            { totalCount: found.length, groupValue: 'CONTAINER', resources: rows },
          ],
  };
}

/** `*:*`, `orgName:nim`, `resourceId:nim/meta/*`, or words, all of which must occur. */
function isMatch(repository: Repository, query: string): boolean {
  return query.split(/\s+AND\s+|\s+/).every((term) => {
    if (term === '' || term === '*' || term === '*:*') return true;
    const [, field, wanted = ''] = /^(\w+):"?([^"]*)"?$/.exec(term) ?? [];
    if (field === undefined) return textOf(repository).includes(term.toLowerCase());
    const value = fields[field]?.(repository) ?? '';
    return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
  });
}

const fields: Readonly<Record<string, (repository: Repository) => string>> = {
  orgName: ({ organisation }) => organisation,
  teamName: ({ team }) => team,
  resourceId: ({ id }) => id,
  name: ({ name }) => name,
  displayName: ({ title }) => title,
};

const textOf = ({ id, title, description, publisher }: Repository): string =>
  `${id} ${title} ${description} ${publisher}`.toLowerCase();

function toRow(repository: Repository) {
  const bytes = compressedBytes(repository);
  const attribute = (key: string, value: string) => ({ key, value });
  return {
    orgName: repository.organisation,
    resourceId: repository.id,
    labels: [
      { values: ['NVIDIA AI Enterprise Supported', 'NVIDIA NIM'], key: 'general' },
      { values: ['signed images'], key: 'system' },
      { values: ['true'], key: 'hasSignedTag' },
      { values: ['NVIDIA'], key: 'publisher' },
      { values: ['nim-dev', 'nv-ai-enterprise'], key: 'productNames' },
    ],
    sharedWithTeams: repository.team === '' ? [] : [`${repository.organisation}/${repository.team}`],
    ...(repository.team === '' ? {} : { teamName: repository.team }),
    msgTimestamp: Date.parse(repository.updatedAt),
    dateModified: repository.updatedAt,
    sharedWithOrgs: [],
    description: repository.description,
    accessType: 'LISTED',
    dateCreated: repository.updatedAt,
    weightPopular: 1000,
    createdBy: 'sandbox',
    displayName: repository.title,
    name: repository.name,
    resourceType: 'CONTAINER',
    attributes: [
      attribute('latestTag', repository.latestTag),
      ...(bytes === null ? [] : [attribute('size', String(bytes))]),
      attribute('hasSignedTag', 'true'),
      attribute('oneClickDeploy', 'false'),
      attribute('latestTagPushedDate', repository.updatedAt),
    ],
  };
}

/** `/v2/org/…/repos/…`, as sampled; `/v2/repos/…` has the same and what NVIDIA's page adds under `nim` (ngc facts 3.3). */
export function repositoryDetail(repository: Repository) {
  const bytes = compressedBytes(repository);
  const platforms = repository.image?.platforms ?? [];
  return {
    labels: ['NIM', 'NVIDIA AI Enterprise Supported', 'NVIDIA NIM', '_LABEL_FAILED_TO_RESOLVE_'],
    isMultiArchitecture: platforms.length > 1,
    latestArchitectureVariants: platforms.map((platform) => ({
      rating: 'AA',
      modelNames: [],
      compressedSize: bytes,
      architecture: platform.split('/')[1],
      createdDate: repository.updatedAt,
      os: platform.split('/')[0],
    })),
    isMultinodeEnabled: false,
    shortDescription: repository.description,
    systemLabels: ['signed images'],
    isReadOnly: true,
    namespace: repository.id.split('/').slice(0, -1).join('/'),
    productNames: ['nim-dev', 'nv-ai-enterprise'],
    hasSignedTag: true,
    ...(bytes === null ? {} : { latestImageSize: bytes }),
    description: `# ${repository.title}\n\nA stand-in of this repository, for practice.`,
    tags: repository.tags,
    sharedWithTeams: repository.team === '' ? [] : [`${repository.organisation}/${repository.team}`],
    scanEnabled: true,
    publisher: 'NVIDIA',
    displayName: repository.title,
    name: repository.name,
    accessType: 'LISTED',
    updatedDate: repository.updatedAt,
    latestTag: repository.latestTag,
    policyLabels: [],
  };
}

export function publicDetail(repository: Repository) {
  return {
    requestStatus: { statusCode: 'SUCCESS', requestId: '00000000-sandbox' },
    repository: {
      ...repositoryDetail(repository),
      nim: { id: repository.id, name: repository.name, nim_type: repository.kind },
    },
  };
}
