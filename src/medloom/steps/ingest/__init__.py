"""Steps that ingest."""
