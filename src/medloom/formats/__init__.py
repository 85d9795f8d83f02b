"""Annotation formats of other tools, to and from rows.

One module a format. Each reads bytes or text into `Text` rows, writes documents (lists of `Text`
rows), and says in `LOSSES` what the format cannot hold. A writer answers with a count of what it
had to leave out or change, so that nothing is lost in silence. Readers raise nothing but
`SourceError` and `NotThisFormat`; an annotation that does not fit its text is left out, and the
row has an attribute `issue` that says which and why.
"""
