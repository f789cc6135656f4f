import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '../../shared/zod.ts';
import { root } from '../stages.ts';
import type { ShippedPackage } from './shipped-packages.ts';

/** What may be shipped within an Apache-2.0 program, with its notice and nothing else to do. */
const allowed = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0']);

/** The packages that may not be shipped. One of `A OR B` is enough; of `A AND B` both must be allowed. */
export function findForbidden(packages: readonly ShippedPackage[]): ShippedPackage[] {
  return packages.filter(({ licence }) => !licence.split(' OR ').some(isAllowed));
}

function isAllowed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' AND ')
    .every((id) => allowed.has(id.trim()));
}

const isc = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`;

/** Packages without a licence file say their licence by name, and most say their author. */
function textOf({ name, licence, author, text }: ShippedPackage): string {
  if (text !== null) return text;
  if (licence === 'ISC') return `Copyright (c) ${author ?? `the authors of ${name}`}\n\n${isc}`;
  throw new Error(`${name} comes without the text of its licence (${licence}): add it here.`);
}

const line = '-'.repeat(80);

/** The text of THIRD_PARTY_NOTICES. */
export function writeNotices(packages: readonly ShippedPackage[]): string {
  const sections = packages.map(
    (shipped) => `${line}\n${shipped.name} ${shipped.version} (${shipped.licence})\n\n${textOf(shipped)}`,
  );
  return [
    'Third-party notices',
    '',
    'Nimdeck is licensed under the Apache License 2.0 (see LICENSE). Its packages contain what is listed here.',
    'The desktop packages also contain Chromium and Node.js as parts of Electron; their licences lie beside the',
    'program in LICENSES.chromium.html and LICENSE.electron.txt. Those of the libraries within @napi-rs/keyring lie',
    'beside its file, in resources/key-store/LICENSE.third-party.md.',
    '',
    'NVIDIA and NIM are trademarks of NVIDIA Corporation. Nimdeck is not made or endorsed by NVIDIA. NIM containers',
    'and models are not part of Nimdeck; they come from their publishers, under their terms.',
    '',
    'Data',
    '',
    ...readCredits(),
    '',
    ...sections,
    '',
  ].join('\n');
}

/** Every table that is shipped says itself what it was made from. */
function readCredits(): string[] {
  return globSync('assets/*.json', { cwd: root })
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return `${file}: ${z.object({ credit: z.string() }).parse(JSON.parse(text)).credit}`;
    });
}
