const width = 84;
const height = 20;

/** Points of a line through the values, from 0 at the bottom to the greatest at the top. */
export function sparkPoints(values: number[]): string {
  const most = Math.max(1, ...values);
  const step = values.length > 1 ? (width - 4) / (values.length - 1) : 0;
  return values
    .map(
      (value, place) => `${(2 + place * step).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`,
    )
    .join(' ');
}

export function Sparkline({ values, label }: { values: number[]; label: string }) {
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} className="h-5 w-21 text-accent">
      <title>{label}</title>
      <polyline
        points={sparkPoints(values)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
    </svg>
  );
}
