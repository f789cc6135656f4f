import type { LanguageInput } from '@shikijs/core';
import { loadPart } from '../load-part.ts';

type Load = Extract<LanguageInput, (...args: never[]) => unknown>;

/** Each is loaded when a block of code in it is drawn for the first time. */
const loaders = {
  bash: () => import('@shikijs/langs/shellscript'),
  console: () => import('@shikijs/langs/shellsession'),
  c: () => import('@shikijs/langs/c'),
  cpp: () => import('@shikijs/langs/cpp'),
  csharp: () => import('@shikijs/langs/csharp'),
  css: () => import('@shikijs/langs/css'),
  diff: () => import('@shikijs/langs/diff'),
  docker: () => import('@shikijs/langs/docker'),
  go: () => import('@shikijs/langs/go'),
  graphql: () => import('@shikijs/langs/graphql'),
  html: () => import('@shikijs/langs/html'),
  ini: () => import('@shikijs/langs/ini'),
  java: () => import('@shikijs/langs/java'),
  javascript: () => import('@shikijs/langs/javascript'),
  json: () => import('@shikijs/langs/json'),
  julia: () => import('@shikijs/langs/julia'),
  kotlin: () => import('@shikijs/langs/kotlin'),
  latex: () => import('@shikijs/langs/latex'),
  lua: () => import('@shikijs/langs/lua'),
  make: () => import('@shikijs/langs/make'),
  markdown: () => import('@shikijs/langs/markdown'),
  php: () => import('@shikijs/langs/php'),
  powershell: () => import('@shikijs/langs/powershell'),
  python: () => import('@shikijs/langs/python'),
  r: () => import('@shikijs/langs/r'),
  ruby: () => import('@shikijs/langs/ruby'),
  rust: () => import('@shikijs/langs/rust'),
  scala: () => import('@shikijs/langs/scala'),
  sql: () => import('@shikijs/langs/sql'),
  swift: () => import('@shikijs/langs/swift'),
  toml: () => import('@shikijs/langs/toml'),
  tsx: () => import('@shikijs/langs/tsx'),
  typescript: () => import('@shikijs/langs/typescript'),
  xml: () => import('@shikijs/langs/xml'),
  yaml: () => import('@shikijs/langs/yaml'),
} satisfies Record<string, Load>;

export type CodeLanguage = keyof typeof loaders;

const others: Readonly<Record<string, CodeLanguage>> = {
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  shellscript: 'bash',
  shellsession: 'console',
  'c++': 'cpp',
  cc: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  h: 'c',
  cu: 'cpp',
  cuda: 'cpp',
  'c#': 'csharp',
  cs: 'csharp',
  dockerfile: 'docker',
  containerfile: 'docker',
  patch: 'diff',
  golang: 'go',
  gql: 'graphql',
  htm: 'html',
  conf: 'ini',
  properties: 'ini',
  env: 'ini',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  node: 'javascript',
  jsx: 'tsx',
  jsonc: 'json',
  json5: 'json',
  jsonl: 'json',
  jl: 'julia',
  kt: 'kotlin',
  tex: 'latex',
  makefile: 'make',
  md: 'markdown',
  pwsh: 'powershell',
  ps1: 'powershell',
  py: 'python',
  py3: 'python',
  python3: 'python',
  rb: 'ruby',
  rs: 'rust',
  ts: 'typescript',
  svg: 'xml',
  yml: 'yaml',
};

const isOwn = (name: string): name is CodeLanguage => Object.hasOwn(loaders, name);

/** By the word after a fence; null where there are no colours for it. */
export function codeLanguage(name: string): CodeLanguage | null {
  const lower = name.toLowerCase();
  if (isOwn(lower)) return lower;
  return Object.hasOwn(others, lower) ? (others[lower] ?? null) : null;
}

export const loadLanguage =
  (language: CodeLanguage): Load =>
  () =>
    loadPart(loaders[language]);
