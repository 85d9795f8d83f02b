"""Files of rules and word lists: YAML inside the package, or a user's in its place, checked."""

import hashlib
from importlib import resources
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)


def text_of(path: str | None, package: str, name: str) -> str:
    """The text of a user's file, or of the file of a package.

    Raises ValueError where it cannot be read: a setting that names it is told with its recipe.
    """
    try:
        if path is not None:
            return Path(path).read_text("utf-8")
        return (resources.files(package) / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise ValueError(
            f"{path or name} cannot be read: {why}; give the path of a file"
        ) from error


def parsed(name: str, text: str, model: type[_Model]) -> _Model:
    """A file as its model; what is written stays text, so that `no` is a word.

    >>> class Words(BaseModel):
    ...     words: list[str]
    >>> parsed("mine.yaml", "words: [no, 12]", Words)
    Words(words=['no', '12'])

    Raises ValueError that says what is wrong, and where.
    """
    try:
        return model.model_validate(yaml.load(text, yaml.BaseLoader))
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise ValueError(f"{name}:{line} is not YAML: {getattr(error, 'problem', '')}") from error
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
            for one in error.errors()
        )
        raise ValueError(f"{name}: {told}") from error


def digest_of(*texts: str) -> str:
    """A hash of files' texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
