import { parseSync } from 'vite';

/** Attributes, properties of components and fields of objects that people get to read or hear. */
const readNames = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'alt',
  'confirmLabel',
  'copyLabel',
  'description',
  'detail',
  'hint',
  'keepLabel',
  'label',
  'placeholder',
  'text',
  'title',
  'valueText',
]);

interface SyntaxNode {
  type: string;
  start: number;
  [field: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** A path is the same in every language. */
const isWord = (text: string) => /\p{L}/u.test(text) && !/^~?\/\S+$/.test(text);

/** The texts that an expression may come to by itself; what a function makes of them is the function's business. */
function textsOf(value: unknown): string[] {
  if (!isNode(value)) return [];
  switch (value.type) {
    case 'Literal':
      return typeof value['value'] === 'string' ? [value['value']] : [];
    case 'TemplateLiteral':
      return (value['quasis'] as { value: { cooked: string } }[]).map((quasi) => quasi.value.cooked);
    case 'ConditionalExpression':
      return [...textsOf(value['consequent']), ...textsOf(value['alternate'])];
    case 'LogicalExpression':
    case 'BinaryExpression':
      // Of a comparison both sides are data.
      return value['operator'] === '+' || value.type === 'LogicalExpression'
        ? [...textsOf(value['left']), ...textsOf(value['right'])]
        : [];
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
      return textsOf(value['expression']);
    default:
      return [];
  }
}

function readTexts(node: SyntaxNode): string[] {
  if (node.type === 'JSXText') return [String(node['value'])];
  if (node.type === 'JSXElement' || node.type === 'JSXFragment')
    return (node['children'] as unknown[])
      .filter(isNode)
      .flatMap((child) => (child.type === 'JSXText' ? [] : textsOf(child)));
  if (node.type === 'JSXAttribute' && isNode(node['name']))
    return readNames.has(nameOf(node['name'])) ? textsOf(node['value']) : [];
  // `text` of an object is a class of colour as often as a text.
  if (node.type === 'Property' && isNode(node['key']) && node['computed'] !== true)
    return readNames.has(nameOf(node['key'])) && nameOf(node['key']) !== 'text' ? textsOf(node['value']) : [];
  if (node.type === 'AssignmentExpression' && isNode(node['left']) && node['left'].type === 'MemberExpression') {
    const property = node['left']['property'];
    return isNode(property) && readNames.has(nameOf(property)) ? textsOf(node['right']) : [];
  }
  return [];
}

function nameOf(node: SyntaxNode): string {
  if (node.type === 'JSXNamespacedName') return '';
  return typeof node['name'] === 'string' ? node['name'] : typeof node['value'] === 'string' ? node['value'] : '';
}

/** Texts that people would read and that do not come from the catalogue: `file.tsx:12: Hello`. */
export function strayTexts(file: string, source: string): string[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value)) return;
    for (const text of readTexts(value)) {
      const line = source.slice(0, value.start).split('\n').length;
      if (isWord(text)) found.push(`${file}:${line}: ${text.trim()}`);
    }
    for (const [field, child] of Object.entries(value)) if (field !== 'type') visit(child);
  };
  visit(program);
  return found;
}
