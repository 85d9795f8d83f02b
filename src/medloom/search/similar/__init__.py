"""Similar things: rows that are like a row, a text or an image, with what each part scored."""

from medloom.search.similar.finding import WEIGHTS, Similar
from medloom.search.similar.parts import Wanted
from medloom.search.similar.sentences import sentence_scores, sentences_like

__all__ = ["WEIGHTS", "Similar", "Wanted", "sentence_scores", "sentences_like"]
