/** Undefined for what is no JSON: the schema that looks at it next then refuses it like any other foreign content. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
