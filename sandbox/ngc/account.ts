/** How api.ngc.nvidia.com wraps what it has to say (ngc facts 1.3). */
export const requestStatus = (statusCode: string, statusDescription?: string) => ({
  requestStatus: {
    statusCode,
    ...(statusDescription === undefined ? {} : { statusDescription }),
    requestId: '00000000-sandbox',
    serverId: 'sandbox',
  },
});

const organisation = {
  id: 1,
  name: 'example',
  displayName: 'Example',
  type: 'INDIVIDUAL',
  country: 'DE',
  industry: '',
};

const roles = (isForCatalog: boolean, isForHosted: boolean) => [
  {
    org: organisation,
    orgRoles: [
      ...(isForHosted ? ['PUBLIC_API_ENDPOINTS_USER'] : []),
      ...(isForCatalog ? ['REGISTRY-READ', 'REGISTRY_USER'] : []),
    ],
    membershipRolesOnly: false,
  },
];

const user = {
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
  idpType: 'NVIDIA',
};

/**
 * What get-caller-info says of a personal key, in the shape captured from api.ngc.nvidia.com; the people and places are
 * made up. Which product stands for which tick is a guess (ngc facts 1.2).
 */
export function callerInfo({ isForCatalog = true, isForHosted = true } = {}) {
  return {
    userId: '1',
    orgName: organisation.name,
    type: 'PERSONAL_KEY',
    products: [
      ...(isForHosted ? ['ai-foundations', 'nv-cloud-functions'] : []),
      ...(isForCatalog ? ['private-registry', 'artifact-catalog'] : []),
    ],
    user: { ...user, roles: roles(isForCatalog, isForHosted) },
  };
}

/** `/v2/users/me` */
export const currentUser = () => ({
  ...requestStatus('SUCCESS'),
  user: { ...user, roles: roles(true, true) },
  userRoles: [{ org: organisation, roles: ['REGISTRY-READ', 'REGISTRY_USER'] }],
});

/** `/v2/orgs` */
export const organisations = () => ({
  ...requestStatus('SUCCESS'),
  paginationInfo: { index: 0, size: 100, totalPages: 1, totalResults: 1 },
  organizations: [organisation],
});
