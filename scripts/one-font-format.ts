import type { Plugin } from 'vite';

/** KaTeX's sheet names each font in three formats; every browser we run in reads the smallest, and the others are a megabyte. */
export function oneFontFormat(): Plugin {
  return {
    name: 'nimdeck-one-font-format',
    enforce: 'pre',
    transform(code, id) {
      if (!/[\\/]katex[\\/]dist[\\/]katex(?:\.min)?\.css/.test(id)) return null;
      return { code: code.replaceAll(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'][a-z]+["']\)/g, ''), map: null };
    },
  };
}
