/** Texts around Markdown as a model wrote it. */
export const markdown = {
  copyCode: 'Copy code',
  code: 'Code',
  codeIn: (language: string) => `Code in ${language}`,
  table: 'Table',
  formula: 'Formula',
  taskDone: 'Done',
  taskOpen: 'Not done',
  /** Pictures are never loaded; their description leads to them. */
  image: (description: string) => (description === '' ? 'Image' : `Image: ${description}`),
  note: (number: number) => `Note ${number}`,
  /** Beside a link: where it really leads. */
  leadsTo: (address: string) => `(${address})`,
};
