"""`python -m medloom` is the medloom command."""

from medloom.cli import main

if __name__ == "__main__":
    main()
