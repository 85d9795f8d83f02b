"""Measure annotation: see benchmarks/tasks.py."""

from benchmarks.tasks import main

if __name__ == "__main__":
    main("annotation")
