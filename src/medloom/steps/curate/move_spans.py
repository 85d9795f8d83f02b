"""Other annotations, moved with a text that was de-identified."""

from medloom.kit.phi.replacing import Edit, Replaced
from medloom.step import updates
from medloom.tables import Span


@updates("spans")
def move_spans(spans: list[Span], text: str, phi: list[Span]) -> list[Span]:
    """Move spans from where they stood before `deidentify` to where they stand now.

    Put it after `deidentify`, once for each column: `move_spans: {reads: {spans: mentions}}`. A
    span that lies in a replacement, in whole or in part, takes all of it. The text of a span is
    taken anew, so that nothing of the old text stays; spans of which nothing is left are dropped.
    Mentions with gaps lose their gaps where they are touched. Offsets inside other fields (cues of
    assertions, long forms of abbreviations) are not moved: make those columns after
    `deidentify`.

    >>> from medloom.tables.spans import Attribute
    >>> mask = Span(4, 10, "NAME", "[NAME]", attributes=(Attribute("old_place", "4:6"),))
    >>> move_spans([Span(13, 18, "SYMPTOM", "cough")], "Dr. [NAME] heard cough", [mask])
    [Span(start=17, end=22, label='SYMPTOM', text='cough')]
    """
    edits = []
    for one in phi:
        old = next((a.value for a in one.attributes if a.name == "old_place"), None)
        if old is None:
            raise ValueError("phi does not say where it stood before: put this after deidentify")
        start, _, end = old.partition(":")
        edits.append(Edit(int(start), int(end), one.text))
    done = Replaced(text, tuple(sorted(edits)))
    moved = [_moved(one, text, done) for one in spans]
    return [one for one in moved if one.end > one.start]


def _moved(one: Span, text: str, done: Replaced) -> Span:
    start, end = done.moved(one.start, one.end)
    gaps = tuple(
        part._replace(start=done.moved(*part)[0], end=done.moved(*part)[1])
        for part in one.fragments
    )
    covered = " ".join(text[part.start : part.end] for part in gaps) if gaps else text[start:end]
    return one._replace(start=start, end=end, text=covered, fragments=gaps)
