"""Texts without what tells who they are about."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from medloom.kit.phi.draws import secret_of
from medloom.kit.phi.language import languages_of
from medloom.kit.phi.replacing import Edit, replaced
from medloom.kit.phi.surrogates import Surrogates
from medloom.kit.pseudonyms import VARIABLE, fingerprint_of_file, fingerprint_of_variable
from medloom.step import DigestedBy, updates
from medloom.tables import Span
from medloom.tables.spans import Attribute

_TIMES = frozenset({"date", "partial_date", "year"})
_REPEATS_FROM = 4
"""Characters of a finding that is looked for again in the rest of its text."""


@updates("text", "phi")
class deidentify:  # noqa: N801 - a step is named as recipes call it
    """Take the findings of the step `phi` out of the text, or put others in their place.

    `method` is `mask` (`[NAME]`), `remove`, `surrogate` (other names, numbers and dates that look
    alike), or `shift` (dates are moved, all else is masked). Ages over 89 become `90+`, but with
    `remove`.

    Surrogates and shifts are the same for one `patient_id` in all rows and builds; a table without
    that column is taken row by row, by `id`. They come from a keyed hash: the secret is in the
    environment variable `secret_variable` or in `secret_file`, never in the recipe, the collection
    or the ledger, and there is no table that leads back. Who has the secret can move dates back, so
    keep it or destroy it.

    Dates of a patient move by one number of days, at most `most_days`; with `keep_weekday`, by
    whole weeks. So order and intervals stay. What cannot be read as a date, or has no good
    surrogate, is masked.

    A finding that stands again, in the same letters, where it was not found, is replaced there,
    too. `phi` then says where the replacements stand; its texts are the new ones, and its
    attributes give the old places, so that `move_spans` can move other columns.

    >>> from medloom.tables.spans import span_of
    >>> text = "Seen by Dr. Adams on 3/4/2019."
    >>> found = [span_of(text, 12, 17, "NAME"), span_of(text, 21, 29, "DATE")]
    >>> deidentify()([text], [found])[0][0]
    'Seen by Dr. [NAME] on [DATE].'
    """

    def __init__(
        self,
        *,
        method: Literal["mask", "remove", "surrogate", "shift"] = "mask",
        language: Literal["auto", "en", "es"] = "auto",
        secret_variable: Annotated[str, DigestedBy(fingerprint_of_variable)] = VARIABLE,
        secret_file: Annotated[str | None, DigestedBy(fingerprint_of_file)] = None,
        most_days: int = 365,
        keep_weekday: bool = False,
    ) -> None:
        self._method, self._language = method, language
        keyed = method in ("surrogate", "shift")
        self._key = secret_of(secret_variable, secret_file) if keyed else b""
        self._most_days, self._keep_weekday = most_days, keep_weekday

    def __call__(
        self,
        text: list[str],
        phi: list[list[Span]],
        patient_id: Sequence[str | None] = (),
        id: Sequence[str | None] = (),
    ) -> list[tuple[str, list[Span]]]:
        """The new texts, and where the replacements stand in them."""
        of_whom = patient_id or id
        return [
            self._one(one, found, of_whom[at] if of_whom else None)
            for at, (one, found) in enumerate(zip(text, phi, strict=True))
        ]

    def _one(self, text: str, phi: list[Span], patient: str | None) -> tuple[str, list[Span]]:
        if not phi:
            return text, []
        every = _with_repeats(text, _apart(phi))
        made = self._surrogates(text, every, patient) if self._key else None
        news = [self._new(text[one.start : one.end], one, made) for one in every]
        done = replaced(
            text, [Edit(one.start, one.end, new) for one, new in zip(every, news, strict=True)]
        )
        spans, shift = [], 0
        for one, new in zip(every, news, strict=True):
            start = one.start + shift
            spans.append(_moved(one, start, start + len(new), new, self._method))
            shift += len(new) - (one.end - one.start)
        return done.text, spans

    def _surrogates(self, text: str, phi: list[Span], patient: str | None) -> Surrogates:
        if patient is None:
            raise ValueError("surrogates and shifts need a patient_id, or an id, in each row")
        language = languages_of(text)[0] if self._language == "auto" else self._language
        words = [w for one in phi for w in re.findall(r"\w+", text[one.start : one.end])]
        return Surrogates(
            self._key,
            patient,
            language=language,
            avoided=[*words, *(text[one.start : one.end] for one in phi)],
            most_days=self._most_days,
            keep_weekday=self._keep_weekday,
        )

    def _new(self, old: str, one: Span, made: Surrogates | None) -> str:
        kind = _kind(one)
        if self._method == "remove":
            return ""
        if kind == "age_over_89":
            return "90+"
        found = None
        if made and (self._method == "surrogate" or kind in _TIMES):
            found = made.of(kind, old)
        return f"[{one.label}]" if found is None else found


def _kind(span: Span) -> str:
    named = {one.name: one.value for one in span.attributes}
    return named.get("kind") or {"DATE": "date", "AGE": "age_over_89"}.get(
        span.label, span.label.lower()
    )


def _apart(phi: list[Span]) -> list[Span]:
    """Findings that overlap as one, with the label of the first."""
    apart: list[Span] = []
    for one in sorted(phi, key=lambda span: (span.start, -span.end)):
        if apart and one.start < apart[-1].end:
            if one.end > apart[-1].end:
                apart[-1] = apart[-1]._replace(end=one.end, attributes=())
        else:
            apart.append(one)
    return apart


def _with_repeats(text: str, phi: list[Span]) -> list[Span]:
    values: dict[str, Span] = {}
    for one in phi:
        if one.end - one.start >= _REPEATS_FROM and _kind(one) not in (*_TIMES, "age_over_89"):
            values.setdefault(text[one.start : one.end], one)
    if not values:
        return phi
    either = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    repeats: list[Any] = []
    taken = bytearray(len(text))
    for one in phi:
        taken[one.start : one.end] = b"\1" * (one.end - one.start)
    for match in re.finditer(rf"(?<!\w)(?:{either})(?!\w)", text):
        if not any(taken[match.start() : match.end()]):
            first = values[match.group()]
            repeats.append(first._replace(start=match.start(), end=match.end()))
    return sorted([*phi, *repeats], key=lambda span: span.start)


def _moved(old: Span, start: int, end: int, new: str, method: str) -> Span:
    said = [one for one in old.attributes if one.name not in ("old_place", "method")]
    said += [Attribute("old_place", f"{old.start}:{old.end}"), Attribute("method", method)]
    return old._replace(start=start, end=end, text=new, fragments=(), attributes=tuple(said))
