/** A link in a text. */
export const linkClass = 'rounded-sm text-accent underline underline-offset-2 hover:text-accent-hover';
