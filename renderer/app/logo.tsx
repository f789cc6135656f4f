/** The mark of assets/logo.svg, in the colour of the text around it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className} fill="none" stroke="currentColor" strokeWidth="2.4">
      <g strokeLinecap="round" strokeLinejoin="round">
        <path d="M9 16.5a4.6 4.6 0 0 1 .6-9.1 6.7 6.7 0 0 1 12.9.6 4.3 4.3 0 0 1 1.9 8.5z" />
        <path d="M7 21.5h18" opacity=".75" />
        <path d="M10 26h12" opacity=".5" />
      </g>
    </svg>
  );
}
