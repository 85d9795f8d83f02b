"""Vocabulary: invented people and places, and the terms of real medicine."""

SURNAMES = [
    "Abelund", "Aldermoor", "Anskar", "Arkwell", "Bjelkevik", "Brannoch", "Brindlemoor",
    "Calverath", "Castromar", "Corvane", "Dalquist", "Delamarne", "Drossfeld", "Dunmarrow",
    "Eberlund", "Elskarn", "Estervane", "Falkenroth", "Farrowby", "Ferrandiz-Lao", "Fjellmark",
    "Garrowick", "Glenhaven", "Graumund", "Halvergate", "Harkonsen", "Hestmark", "Ilverstone",
    "Iwakura-Dell", "Jarrowmere", "Jolstad", "Kaltwasser-Ohm", "Kestrelby", "Kvernmo",
    "Lanmarrow", "Larchmoor", "Lindqvale", "Lorimar", "Maddergrove", "Marchetelli", "Montquist",
    "Nakamori-Vale", "Nerrivik", "Norquay", "Oakenshaw", "Okonderu", "Orlanth", "Ostervang",
    "Paddockson", "Pellwyn", "Penhallick", "Quarrendon", "Quillmoor", "Rasmark", "Reddenvale",
    "Rosvold", "Saltonmere", "Sandquist", "Serravelli", "Stavenhoe", "Tallowick", "Tamberlane",
    "Thorvane", "Tregallow", "Ulvestad", "Umberleigh", "Vallquist", "Vanderlune", "Varnholt",
    "Vesterbro-Kane", "Wakeforth", "Wendelmoor", "Westergrove", "Windelmann-Roy", "Yarborne",
    "Yellowlees-Tan", "Zandergast", "Zellerwick",
]  # fmt: skip
INITIALS = [
    "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "O", "P", "R", "S", "T",
    "V", "W", "Y",
]  # fmt: skip
DISEASES = [
    "sepsis", "acute kidney injury", "heart failure with preserved ejection fraction",
    "type 2 diabetes", "community-acquired pneumonia", "atrial fibrillation",
    "ulcerative colitis", "rheumatoid arthritis", "chronic kidney disease", "ischaemic stroke",
    "pulmonary embolism", "asthma", "multiple sclerosis", "Crohn disease", "cirrhosis",
    "pre-eclampsia", "chronic obstructive pulmonary disease", "lupus nephritis",
    "autoimmune hepatitis", "myasthenia gravis", "cystic fibrosis", "Kawasaki disease",
    "sarcoidosis", "diffuse large B-cell lymphoma", "non-small cell lung cancer",
    "pancreatic adenocarcinoma", "breast cancer", "colorectal cancer", "melanoma",
    "acute myeloid leukaemia",
]  # fmt: skip
DRUGS = [
    "metformin", "empagliflozin", "rituximab", "azathioprine", "prednisolone", "tacrolimus",
    "apixaban", "furosemide", "spironolactone", "ceftriaxone", "piperacillin-tazobactam",
    "vancomycin", "amiodarone", "bisoprolol", "ramipril", "atorvastatin", "levetiracetam",
    "methotrexate", "infliximab", "tocilizumab", "pembrolizumab", "cisplatin", "trastuzumab",
    "imatinib", "ivacaftor", "budesonide", "salbutamol", "heparin", "noradrenaline",
    "dexamethasone",
]  # fmt: skip
GENES = [
    "TP53", "BRCA1", "BRCA2", "EGFR", "KRAS", "BRAF", "PTEN", "APOE", "CFTR", "HFE", "MYH7",
    "MYBPC3", "LMNA", "SCN5A", "KCNQ1", "TTN", "JAK2", "CALR", "FLT3", "NPM1", "NOD2", "HLA-B27",
    "IL6", "TNF", "VEGFA", "TGFB1", "COL4A5", "PKD1", "APOL1", "FOXP3",
]  # fmt: skip
FINDINGS = [
    "fever", "haemoptysis", "peripheral oedema", "hepatomegaly", "a pansystolic murmur",
    "bibasal crackles", "jaundice", "a palpable purpuric rash", "lymphadenopathy", "ataxia",
    "neck stiffness", "papilloedema", "pleuritic chest pain", "orthopnoea", "haematuria",
    "weight loss", "night sweats", "arthralgia", "dysphagia", "photophobia", "a pericardial rub",
    "finger clubbing", "splenomegaly", "nystagmus", "ptosis",
]  # fmt: skip
UNITS = {
    "C-reactive protein": "mg/L", "haemoglobin": "g/L", "platelet count": "×10^9^/L",
    "serum creatinine": "µmol/L", "troponin T": "ng/L", "lactate": "mmol/L", "ferritin": "µg/L",
    "alanine aminotransferase": "U/L", "bilirubin": "µmol/L", "albumin": "g/L",
    "sodium": "mmol/L", "potassium": "mmol/L", "D-dimer": "mg/L", "NT-proBNP": "ng/L",
    "procalcitonin": "µg/L", "white cell count": "×10^9^/L",
    "international normalised ratio": "", "fibrinogen": "g/L", "HbA1c": "mmol/mol",
    "urine protein-to-creatinine ratio": "mg/mmol",
}  # fmt: skip
"""Laboratory tests with the unit of each."""
TESTS = list(UNITS)
SHORT_FORMS = {
    "sepsis": ("systemic inflammatory response syndrome", "SIRS"),
    "acute kidney injury": ("acute kidney injury", "AKI"),
    "type 2 diabetes": ("type 2 diabetes mellitus", "T2DM"),
    "atrial fibrillation": ("atrial fibrillation", "AF"),
    "chronic kidney disease": ("chronic kidney disease", "CKD"),
    "pulmonary embolism": ("pulmonary embolism", "PE"),
    "rheumatoid arthritis": ("rheumatoid arthritis", "RA"),
    "multiple sclerosis": ("multiple sclerosis", "MS"),
    "chronic obstructive pulmonary disease": ("chronic obstructive pulmonary disease", "COPD"),
    "diffuse large B-cell lymphoma": ("diffuse large B-cell lymphoma", "DLBCL"),
    "non-small cell lung cancer": ("non-small cell lung cancer", "NSCLC"),
    "acute myeloid leukaemia": ("acute myeloid leukaemia", "AML"),
}
