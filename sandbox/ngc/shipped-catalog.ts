import { readFileSync } from 'node:fs';

interface CatalogModel {
  repository: string;
  publisher: string;
  name: string;
  title: string;
  kind: string;
  tag: string | null;
  updatedOn: string | null;
  parametersBillion: number | null;
  isRestrictedInEu: boolean;
}

// Found the same way from the source and from a bundle: both lie two levels below the root of the package.
const catalogFile = new URL('../../assets/catalog.json', import.meta.url);

/** Every model of the catalogue that is shipped. */
export function readShippedCatalog(): CatalogModel[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, checked where it is made and where core reads it
  return (JSON.parse(readFileSync(catalogFile, 'utf8')) as { models: CatalogModel[] }).models;
}
