// Finding and marking what a reason points at. Texts and offsets come from the server; nothing here judges.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type Span = { from: number; to: number };
export type Piece = { text: string; marks: number[] };

/**
 * Cuts a text at the ends of the spans, which are offsets in UTF-8 bytes as the server gives them.
 * Each piece lists which spans (by place in the list) cover it. Spans outside the text are cut to it.
 */
export function cutAtSpans(text: string, spans: Span[]): Piece[] {
  const bytes = encoder.encode(text);
  // An offset inside a character moves to its start, so that no broken character is shown.
  const snap = (offset: number) => {
    let at = Math.max(0, Math.min(bytes.length, offset));
    while (at > 0 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
    return at;
  };
  const snapped = spans.map((span) => ({ from: snap(span.from), to: snap(span.to) }));
  const ends = [...new Set([0, bytes.length, ...snapped.flatMap((span) => [span.from, span.to])])].sort(
    (a, b) => a - b,
  );
  const pieces: Piece[] = [];
  for (let place = 0; place + 1 < ends.length; place += 1) {
    const [from, to] = [ends[place] as number, ends[place + 1] as number];
    const marks = snapped.flatMap((span, index) =>
      span.from <= from && to <= span.to && span.from < span.to ? [index] : [],
    );
    pieces.push({ text: decoder.decode(bytes.subarray(from, to)), marks });
  }
  return pieces;
}

export type MarkedCharacter = { character: string; odd: boolean };

/** Marks the characters of `seen` that are not in `meant` at that place (longest common subsequence). */
export function markLookalike(seen: string, meant: string): MarkedCharacter[] {
  const a = [...seen].slice(0, 253);
  const b = [...meant].slice(0, 253);
  const longest: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const get = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      (longest[i] as number[])[j] = a[i] === b[j] ? get(i + 1, j + 1) + 1 : Math.max(get(i + 1, j), get(i, j + 1));
    }
  }
  const marked: MarkedCharacter[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i += 1) {
    while (j < b.length && a[i] !== b[j] && get(i, j + 1) >= get(i + 1, j) && get(i, j + 1) === get(i, j)) j += 1;
    const same = a[i] === b[j];
    if (same) j += 1;
    marked.push({ character: a[i] as string, odd: !same });
  }
  return marked;
}

/** "U+0456": what a character that looks ordinary really is. */
export const codePoint = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
