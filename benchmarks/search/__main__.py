"""Measure search: see benchmarks/tasks.py."""

from benchmarks.tasks import main

if __name__ == "__main__":
    main("search")
