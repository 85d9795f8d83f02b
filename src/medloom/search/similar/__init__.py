"""Similar things: rows that are like a row, a text or an image, with what each part scored."""

from medloom.search.similar.asking import similar_to
from medloom.search.similar.finding import WEIGHTS, Similar
from medloom.search.similar.sentences import sentence_scores, sentences_like
from medloom.search.similar.wanted import Wanted

__all__ = ["WEIGHTS", "Similar", "Wanted", "sentence_scores", "sentences_like", "similar_to"]
