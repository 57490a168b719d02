// Links in messages are never links, and are written so that nothing makes one of them again: hxxps://name[.]example.

// With a scheme, with www, or a bare name that ends like a host's.
const link = /(?:https?:\/\/|www\.)\S+|[\p{L}\p{N}][\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}(?![\p{L}\p{N}])/giu;

/** What to write instead of single characters of the text, by their place in UTF-16 units. */
function changes(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const match of text.matchAll(link)) {
    const [written] = match;
    const scheme = /^https?:\/\//i.exec(written)?.[0] ?? '';
    if (scheme) for (const at of [1, 2]) found.set(match.index + at, 'x');
    for (let at = scheme.length; at < written.length; at += 1)
      if (written[at] === '.') found.set(match.index + at, '[.]');
  }
  return found;
}

/** Cuts of one text, each with its links written harmlessly. The pieces, joined, are the text. */
export function defangPieces(pieces: string[]): string[] {
  const instead = changes(pieces.join(''));
  let begin = 0;
  return pieces.map((piece) => {
    const from = begin;
    begin += piece.length;
    return piece.replace(/[.t]/gi, (character, at: number) => instead.get(from + at) ?? character);
  });
}

export const defanged = (text: string): string => defangPieces([text])[0] ?? '';
