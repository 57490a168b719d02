/** The dark runs of a QR code as one SVG path. Rows are texts of 0 and 1. */
export function qrPath(rows: string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`),
    )
    .join('');
}

/** A QR code, black on white in both themes: readers need that, and a quiet edge of four. */
export function Qr({ rows, label }: { rows: string[]; label: string }) {
  const size = rows.length + 8;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`-4 -4 ${size} ${size}`}
      className="size-44 shrink-0 rounded bg-white"
      shapeRendering="crispEdges"
    >
      <path d={qrPath(rows)} className="fill-black" />
    </svg>
  );
}
