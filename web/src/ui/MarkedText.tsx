import { useT } from '~/app/words';
import { defangPieces } from './defang';
import { cutAtSpans, type Span } from './marks';

/** A message as plain text with the words marked that reasons point at. Links in it are text, written harmlessly. */
export function MarkedText({ text, spans, lang }: { text: string; spans: Span[]; lang?: string }) {
  const t = useT();
  const pieces = cutAtSpans(text, spans);
  const harmless = defangPieces(pieces.map((piece) => piece.text));
  return (
    <p lang={lang} className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {pieces.map((piece, place) =>
        piece.marks.length > 0 ? (
          <mark
            key={place}
            className="rounded bg-high-tint px-0.5 text-high underline decoration-dotted"
            title={t('reasons.reason_numbers', { list: piece.marks.map((mark) => mark + 1).join(', ') })}
          >
            {harmless[place]}
          </mark>
        ) : (
          harmless[place]
        ),
      )}
    </p>
  );
}
