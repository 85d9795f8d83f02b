"""Features of records, made once and kept in a file until a text changes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from medloom.search.screening.features import Rows, features

_FORM = b"1"
"""To be raised where the features of a text change."""


def kept_features(texts: Sequence[str], folder: Path) -> Rows:
    """The features of texts: read from `folder/features.npz` where they are of these texts."""
    digest = hashlib.sha256(_FORM)
    for one in texts:
        digest.update(one.encode("utf-8", "surrogatepass") + b"\0")
    path, wanted = folder / "features.npz", digest.hexdigest()
    try:
        with np.load(path, allow_pickle=False) as held:
            if str(held["digest"]) == wanted:
                return Rows(held["starts"], held["columns"], held["values"], int(held["n"]))
    except (OSError, KeyError, ValueError, BadZipFile):
        pass  # not there, or damaged: made anew
    made = features(texts)
    draft = path.with_name(".features.npz")
    np.savez(
        draft, digest=wanted, starts=made.starts, columns=made.columns, values=made.values,
        n=made.n_columns,
    )  # fmt: skip
    draft.replace(path)
    return made
