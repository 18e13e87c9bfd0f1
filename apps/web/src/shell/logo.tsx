/** Our mark: a lens above a time line with a gap. */
export function Logo(props: { size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={props.size} height={props.size} aria-hidden="true">
      <rect width="32" height="32" rx="8" class="logo-ground" />
      <g fill="none" class="logo-line" stroke-width="2.5" stroke-linecap="round">
        <circle cx="16" cy="13.5" r="6.5" />
        <circle cx="16" cy="13.5" r="1" />
        <path d="M6 25h9.5M19 25h7" />
      </g>
    </svg>
  );
}
