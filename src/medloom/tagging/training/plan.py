"""A training plan: which files a tagger learns from, and how. A YAML file that users can edit."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from medloom.errors import MedloomError
from medloom.tagging.vocabularies import Source


class PlanError(MedloomError):
    """A training plan is missing or is not one."""


class Corpus(BaseModel):
    """An annotated corpus; a model gets one head for each."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str
    """PubTator or JSON lines, relative to a data folder."""
    labels: dict[str, str]
    """The corpus's labels to those of the model; mentions with others are not learned."""
    train_documents: int | None = None
    """The first so many documents are for training, the rest to develop on."""
    terms: str = ""


class Settings(BaseModel):
    """The sizes of the network and how it is trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    epochs: int = 9
    documents_per_step: int = 12
    learning_rate: float = 2e-3
    feature_rows: int = 32_768
    feature_width: int = 64
    state_width: int = 32
    hidden_width: int = 96
    dropout: float = 0.45
    """Of hidden values."""
    feature_dropout: float = 0.45
    """Of a word form's features."""
    known_dropout: float = 0.1
    """Of what texts and vocabularies say of a word form."""
    name_dropout: float = 0.2
    """Of the names that a token is part of."""
    text_words_from: int = 4
    """Times that a word must stand in the texts to get a vector."""
    name_words_from: int = 2
    """Names that a word must stand in to be counted."""


class Plan(BaseModel):
    """What to train on, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    seed: int = 20261127
    heads: dict[str, Corpus]
    vocabularies: dict[str, tuple[Source, ...]] = {}
    """At most 16; their order is part of the model."""
    vocabulary_terms: dict[str, str] = {}
    whole_texts: bool = False
    """Decode stretches as long as can be in place of sentences: names have full stops in them."""
    texts: tuple[str, ...] = ()
    """Files, or patterns of files, with plain texts, tables, JSON or JATS to count words in."""
    settings: Settings = Settings()


def read_plan(path: Path) -> Plan:
    """Read a plan; raises PlanError with the place and the reason."""
    try:
        return Plan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise PlanError(f"{path}: not YAML ({str(error).splitlines()[0]})") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise PlanError(f"{path}: {where}: {first['msg']}") from None


def place_of_plan(plan: str) -> Path:
    """The file of a plan, or of the built-in plan of that name."""
    built_in = Path(str(files("medloom.models"))) / f"{plan}.yaml"
    return built_in if "/" not in plan and built_in.is_file() else Path(plan)
