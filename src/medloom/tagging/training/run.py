"""Train a tagger by a plan and write its file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from medloom.kit.digests import digest_of_file
from medloom.tagging.corpora import Document
from medloom.tagging.modelfile import save
from medloom.tagging.training.inputs import Knowledge, corpora, examples, knowledge
from medloom.tagging.training.loop import heads_of, train
from medloom.tagging.training.plan import Plan
from medloom.tagging.vocabularies import located


class Parts(NamedTuple):
    """The documents to train on and those to develop on, a head."""

    train: dict[str, list[Document]]
    develop: dict[str, list[Document]]


def parts(plan: Plan, folders: Sequence[Path], hold_out: bool) -> Parts:
    """Divide the corpora; with `hold_out`, no document to develop on is trained on by any head."""
    whole = corpora(plan, folders)
    if not hold_out:
        return Parts(whole, {name: [] for name in whole})
    develop = {n: some[plan.heads[n].train_documents :] for n, some in whole.items()}
    kept_out = {key for some in develop.values() for one in some for key in (one.id, one.text)}
    return Parts(
        {
            name: [
                one
                for one in some[: plan.heads[name].train_documents]
                if one.id not in kept_out and one.text not in kept_out
            ]
            for name, some in whole.items()
        },
        {n: d if plan.heads[n].train_documents is not None else [] for n, d in develop.items()},
    )


def train_model(
    plan: Plan,
    folders: Sequence[Path],
    into: Path,
    hold_out: bool = False,
    told: Callable[[str], None] = print,
    known: Knowledge | None = None,
    heads: Sequence[str] = (),
) -> Parts:
    """Train on the plan's corpora and write the model; returns what was trained and held out.

    `heads` are those to train, all by default; `known` saves reading vocabularies and texts again.
    """
    divided = parts(plan, folders, hold_out)
    if heads:
        plan = plan.model_copy(update={"heads": {name: plan.heads[name] for name in heads}})
        divided = Parts({n: divided.train[n] for n in heads}, divided.develop)
    labels = {n: tuple(dict.fromkeys(head.labels.values())) for n, head in plan.heads.items()}
    made = [
        x
        for n, some in divided.train.items()
        for x in examples(some, n, labels[n], plan.whole_texts)
    ]
    if known is None:
        told("reading vocabularies and texts")
        known = knowledge(plan, folders, [one.document for one in made])
    told(f"training on {len(made)} documents")
    weights = train(made, heads_of(labels), known, plan.settings, plan.seed, told)
    card = {
        "name": plan.name,
        "heads": {name: list(some) for name, some in labels.items()},
        "trained_on": {
            name: {
                "file": Path(plan.heads[name].file).name,
                "sha256": digest_of_file(located(plan.heads[name].file, folders)),
                "documents": len(some),
                "mentions": sum(len(one.mentions) for one in some),
                "terms": plan.heads[name].terms,
            }
            for name, some in divided.train.items()
        },
        "vocabulary_terms": plan.vocabulary_terms,
        "vocabulary_files": {
            file: digest_of_file(located(file, folders))
            for file in sorted({s.file for some in plan.vocabularies.values() for s in some})
        },
        "texts": list(plan.texts),
        "whole_texts": plan.whole_texts,
        "settings": plan.settings.model_dump(),
        "seed": plan.seed,
    }
    save(into, card, weights, known.gazetteer)
    return divided
