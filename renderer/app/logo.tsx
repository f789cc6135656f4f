/** The mark of assets/logo.svg, in the colour of the text around it: an N of three cards. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className} fill="none" stroke="currentColor" strokeWidth="8">
      <g strokeLinecap="round">
        <path d="M7 7l18 18" opacity=".5" />
        <path d="M7 7v18M25 7v18" />
      </g>
    </svg>
  );
}
