"""Queries that only read: what may be asked, and a process that answers within its limits."""
