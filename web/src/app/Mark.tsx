/** The sign of the product. */
export const Mark = () => (
  <svg viewBox="0 0 32 32" className="size-5 shrink-0" aria-hidden="true">
    <path className="fill-accent" d="M16 2 4 6v9c0 8 5 13 12 15 7-2 12-7 12-15V6z" />
    <path
      className="stroke-bg"
      fill="none"
      strokeWidth="2.5"
      strokeLinejoin="round"
      d="M9 13h14l-1 9H10zM9 13l2-4h10l2 4"
    />
  </svg>
);
