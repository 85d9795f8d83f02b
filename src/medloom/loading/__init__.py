"""Load releases and collections: a deterministic, resumable stream of rows for training."""
