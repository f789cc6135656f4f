import type { SupportBundle } from './contract/support.ts';

/** The one file that a support bundle becomes, in page and terminal alike; what was shown before is what is written. */
export function supportText({ madeAt, sections }: SupportBundle): string {
  const parts = sections.map(({ part, name, text }) => {
    const title = name === null ? part : `${part}: ${name}`;
    return `## ${title}\n\n${text.trimEnd()}\n`;
  });
  return [`# Nimdeck support bundle, ${madeAt}\n`, ...parts].join('\n');
}

/** `nimdeck-support-2026-01-31T10-20-30.md` */
export function supportFileName({ madeAt }: Pick<SupportBundle, 'madeAt'>): string {
  return `nimdeck-support-${madeAt.slice(0, 19).replaceAll(':', '-')}.md`;
}
