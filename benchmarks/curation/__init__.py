"""Curation, publishing and loading measured against gold and against the peers, one task a module.

Each task module has `measure(data: Path, peers_env: Path | None) -> list[Figure]`: our figures and
the peers' of the same run, on the same data, CPU time of one pinned core.
"""
