"""What people have answered: `documentation.yaml` in the collection. No answer is ever lost."""

from collections.abc import Mapping
from typing import Any

import fsspec
import yaml

from medloom.collection.collection import Collection
from medloom.collection.store import storage_errors
from medloom.errors import CollectionError, InputError
from medloom.publish.documents.questions import questions

NAME = "documentation.yaml"
NOT_APPLICABLE = "not applicable"

Answer = str | list[str]


class Answers:
    """The answers of a collection; what is replaced stays under `earlier`."""

    def __init__(self, place: str) -> None:
        self.place = place
        kept = _read(place)
        self.given: dict[str, Answer] = kept.get("answers") or {}
        self.earlier: list[dict[str, Any]] = kept.get("earlier") or []

    @classmethod
    def of(cls, collection: Collection) -> "Answers":
        """The answers that lie beside the manifest of a collection."""
        return cls(f"{collection.uri}/{NAME}")

    def get(self, question: str) -> Answer | None:
        """An answer; None where nobody has given one."""
        return self.given.get(question) or None

    def give(self, answers: Mapping[str, Any]) -> None:
        """Add answers and save them at once.

        Raises InputError with the names that no question has.
        """
        wanted = {one.id: one for one in questions()}
        unknown = [name for name in answers if name not in wanted]
        if unknown:
            raise InputError(
                f"no question {', '.join(unknown)}; questions: {', '.join(sorted(wanted))}"
            )
        for name, value in answers.items():
            new = _cleaned(value, wanted[name].list)
            if not new or new == self.given.get(name):
                continue
            if name in self.given:
                self.earlier.append({"question": name, "answer": self.given[name]})
            self.given[name] = new
        self._save()

    def _save(self) -> None:
        body: dict[str, Any] = {"answers": self.given}
        if self.earlier:
            body["earlier"] = self.earlier
        text = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100)
        with storage_errors():
            system, path = fsspec.core.url_to_fs(self.place)
            if "file" not in system.protocol:
                system.pipe_file(path, text.encode())
                return
            system.pipe_file(f"{path}.new", text.encode())
            system.mv(f"{path}.new", path)


def read_answers(place: str) -> dict[str, Any]:
    """Answers from a file of a user's: YAML or JSON, questions by their ids.

    Raises InputError where it cannot be read.
    """
    try:
        with fsspec.open(place, "rt", encoding="utf-8") as file:
            found = yaml.safe_load(file.read())
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(f"{place} cannot be read: {_why(error)}") from error
    if isinstance(found, dict) and isinstance(found.get("answers"), dict):
        found = found["answers"]
    if not isinstance(found, dict):
        raise InputError(f"{place} holds no answers; write one a line: QUESTION: ANSWER")
    return found


def _read(place: str) -> dict[str, Any]:
    try:
        with fsspec.open(place, "rt", encoding="utf-8") as file:
            kept = yaml.safe_load(file.read())
    except FileNotFoundError:
        return {}
    except (ValueError, yaml.YAMLError) as error:
        raise CollectionError(f"{place} is damaged: {_why(error)}; mend it by hand") from error
    if not isinstance(kept, dict | None) or not all(
        isinstance((kept or {}).get(name) or kind(), kind)
        for name, kind in (("answers", dict), ("earlier", list))
    ):
        raise CollectionError(f"{place} is damaged: it lacks the key 'answers'; mend it by hand")
    return kept or {}


def _cleaned(value: Any, is_list: bool) -> Answer:
    if is_list:
        text = "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")
        return [item for one in text.splitlines() if (item := one.strip())]
    if isinstance(value, list):
        value = "\n".join(map(str, value))
    # YAML has fewer kinds of line ends than text has, and would turn others into spaces.
    return "" if value is None else "\n".join(str(value).splitlines()).strip()


def _why(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1} is not YAML"
    return getattr(error, "strerror", None) or type(error).__name__
