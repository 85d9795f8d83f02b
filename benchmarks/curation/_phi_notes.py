"""English notes with invented persons in them, and sample notes without: to learn from.

The templates are ours. `<name>` stands for a value of that kind; what is put in is drawn from the
word lists of `medloom.kit.phi` and from patterns.
"""

import csv
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.curation._phi_corpora import Gold
from medloom.kit.phi import findings
from medloom.kit.phi.lexicons import lexicons
from medloom.kit.sentences import split

_SLOT = re.compile(r"<(\w+)>")
TEMPLATES = """
Patient: <patient>  MRN: <mrn>  DOB: <date>
PATIENT NAME: <shouted>
MEDICAL RECORD NUMBER: <mrn>
DATE OF ADMISSION: <date>
DATE OF DISCHARGE: <date>
Name: <reversed>\nAddress: <street>, <city>, <state> <zip>\nPhone: <phone>\nSSN: <ssn>
<patient> is a <age> year old man who was admitted to <hospital> on <date> with chest pain.
Mr. <last> is a <age>-year-old gentleman who presents with shortness of breath since <date>.
Mrs. <last> was seen by Dr. <last> in the clinic. She denies fever or chills.
This <age>-year-old female, <patient>, was referred by Dr. <staff> for evaluation of abdominal pain.
I had the pleasure of seeing <patient> in follow-up today, <date>. As you know, he has hypertension.
Dear Dr. <last>,\nThank you for referring <patient> to <hospital>.
The patient lives in <city> with his wife <first>. He works at <org> as an engineer.
She was transferred from <hospital> to <hospital> in <monthyear> for further management.
Discussed with <staff>, MD, who agrees with the plan. Call <phone> with questions.
Electronically signed by <staff>, M.D. on <date> at 10:45
Dictated by: <staff>, MD\nTranscribed: <date>\nJob #: <mrn>
Contact: daughter <first> <last>, <phone>. Email: <email>
Follow up with Dr. <last> on <weekday>, <date> at 2:30 pm at <hospital>.
The <last> family was present. <first> asked about the prognosis.
Past history: appendectomy at <hospital> in <year>. He moved from <country> in <year>.
Insurance: <org>, member ID <mrn>. Account number <account>.
Her brother, <first>, who lives in <city>, <country>, has diabetes mellitus.
<patient> was born in <city>, <country> and immigrated to the United States at age <age>.
Nurse <first> <last> called <patient> at <phone> to review the results.
Attending: <staff>\nResident: <staff>\nService: Cardiology
PCP: <staff>, <street>, <city>, <state> <zip>, fax <phone>
The wound was closed by <staff>. Estimated blood loss 50 mL.
cc: <staff>, MD; <staff>, NP
Hello, my name is <patient> and I would like an appointment on <date>.
<last> reports no pain. <last> takes lisinopril 10 mg daily.
Pt <patient> (MRN <mrn>) no-showed on <date>. Left voicemail at <phone>.
Driver license <licence>, passport <passport>. Visit our portal at <url>.
Met with <first> and her husband <first> <last> to discuss goals of care.
Specimen received from <hospital>, labeled "<shouted>", accession <mrn>.
<first> said that <last> will drive him to <city> next week.
Please send the records to <street>, <city>.
He was seen at <org> by <staff> in <monthyear>, then lost to follow-up.
Next of kin: <patient> (son), <street>, <city> <zip>
REFERRING PHYSICIAN: <staff>, MD
<first> tolerates feeds well. Mother <first> <last> at bedside.
Is there an office of <org> in <city>?  I am from <country>.
<patient>'s blood pressure was 140/90 on <date>.
According to <first> <last> of <org>, the <nationality> patient was treated in <country>.
My card number is <card> and the zip code is <zip>.
IP address <ip>; account <iban>.
What is the balance of the account of <patient>, born <date>?
A <nationality> woman of <age> came from <city>.
""".strip().split("\n")
PLAIN = """
The patient has Parkinson disease and was started on Sinemet 25/100 three times a day.
A Foley catheter was placed and Hodgkin lymphoma was ruled out.
BRCA1 and TP53 variants were found; HER2 was negative and Ki-67 was 20%.
Sodium 138, potassium 4.2, chloride 101, bicarbonate 24, BUN 12, creatinine 0.9, glucose 105.
Blood pressure 132/84, pulse 76, respirations 18, temperature 98.6, saturation 98% on room air.
Crohn disease, Graves disease and Sjogren syndrome were in the family history.
Metoprolol 50 mg p.o. b.i.d., Lipitor 20 mg at bedtime, Coumadin as directed.
The Babinski sign was absent. Murphy sign was positive. McBurney point was tender.
Apgar scores were 8 and 9. Glasgow Coma Scale was 15. Gleason score 3+4.
MRI of the lumbar spine showed disc bulging at L4-L5. EKG: normal sinus rhythm, rate 72.
The Whipple procedure was planned. Swan-Ganz catheter and Hickman line were removed.
Bence Jones protein was not found. Gram stain and Ziehl-Neelsen stain were negative.
Review of systems: Constitutional: no fever. Eyes: no changes. Cardiovascular: no chest pain.
ASSESSMENT AND PLAN: Continue Zosyn 3.375 g IV every 6 hours. Check CBC in 2 days.
HEENT: Pupils equal, round and reactive. NECK: Supple. LUNGS: Clear. ABDOMEN: Soft.
The Lachman test and the Tinel sign were negative; the Cobb angle was 22 degrees.
""".strip().split("\n")


class _Draw:
    """Values for slots, from a seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        known = lexicons()
        self.given = [name for name, one in known.given.items() if len(name) > 2]
        self.common = [name for name, one in known.given.items() if "en" in one.languages]
        self.surnames = list(known.surnames)
        self.cities = list(known.cities)

    def value(self, slot: str) -> str:
        made: str = getattr(self, slot)()
        return made

    def first(self) -> str:
        return _cased(self.draw.choice(self.common if self.draw.random() < 0.6 else self.given))

    def last(self) -> str:
        name = _cased(self.draw.choice(self.surnames))
        return (
            f"{name}-{_cased(self.draw.choice(self.surnames))}"
            if self.draw.random() < 0.04
            else name
        )

    def patient(self) -> str:
        middle = self.draw.choice(["", "", "", f" {self.draw.choice('ABCDEFGHJKLMRSTW')}."])
        name = f"{self.first()}{middle} {self.last()}"
        chance = self.draw.random()
        return name.lower() if chance < 0.04 else name.upper() if chance < 0.08 else name

    staff = patient

    def shouted(self) -> str:
        return f"{self.last()}, {self.first()}".upper()

    def reversed(self) -> str:
        return f"{self.last()}, {self.first()}"

    def digits(self, low: int, high: int) -> str:
        return "".join(self.draw.choice("0123456789") for _ in range(self.draw.randint(low, high)))

    def mrn(self) -> str:
        return self.draw.choice(["", "", "", "A", "MR-", "H0"]) + self.digits(5, 9)

    account = mrn

    def licence(self) -> str:
        return self.draw.choice("ABDFHNSTV") + self.digits(6, 12)

    passport = licence

    def ssn(self) -> str:
        return f"{self.digits(3, 3)}-{self.digits(2, 2)}-{self.digits(4, 4)}"

    def card(self) -> str:
        return self.draw.choice(["4", "5", "37"]) + self.digits(14, 14)

    def iban(self) -> str:
        return self.draw.choice(["GB", "DE", "FR", "ES"]) + self.digits(20, 20)

    def ip(self) -> str:
        return ".".join(str(self.draw.randint(1, 255)) for _ in range(4))

    def phone(self) -> str:
        form = self.draw.choice(["({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}", "{} {} {}"])
        return form.format(self.digits(3, 3), self.digits(3, 3), self.digits(4, 4))

    def email(self) -> str:
        return f"{self.first()}.{self.last()}@example.org".lower().replace(" ", "")

    def url(self) -> str:
        return self.draw.choice(["https://www.{}.org", "www.{}.com", "{}.net"]).format(
            self.last().lower()
        )

    def year(self) -> str:
        return str(self.draw.randint(1950, 2024))

    def monthyear(self) -> str:
        return f"{self.draw.choice(_MONTHS)} {self.year()}"

    def weekday(self) -> str:
        return self.draw.choice(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])

    def date(self) -> str:
        day, month, year = self.draw.randint(1, 28), self.draw.randint(1, 12), self.year()
        name = _MONTHS[month - 1]
        return self.draw.choice(
            [f"{month}/{day}/{year}", f"{month:02}/{day:02}/{year[2:]}", f"{name} {day}, {year}",
             f"{day} {name} {year}", f"{year}-{month:02}-{day:02}", f"{name[:3]} {day}, {year}",
             f"{name} {day}", f"{month}-{day}-{year}", f"the {day}th of {name}"]
        )  # fmt: skip

    def age(self) -> str:
        return str(self.draw.randint(1, 99))

    def city(self) -> str:
        return " ".join(_cased(one) for one in self.draw.choice(self.cities).split(" "))

    def country(self) -> str:
        return self.draw.choice(_COUNTRIES)

    def nationality(self) -> str:
        return self.draw.choice(_NATIONS)

    def state(self) -> str:
        return self.draw.choice(
            ["MA", "NY", "CA", "TX", "FL", "OH", "IL", "WA", "PA", "GA", "NC", "MI"]
        )

    def zip(self) -> str:
        return self.digits(5, 5)

    def street(self) -> str:
        kind = self.draw.choice(
            [
                "Street",
                "St.",
                "Avenue",
                "Ave",
                "Road",
                "Rd",
                "Lane",
                "Drive",
                "Blvd",
                "Court",
                "Way",
            ]
        )
        rest = self.draw.choice(["", "", ", Apt {}", " Suite {}", " #{}"]).format(self.digits(1, 3))
        name = self.draw.choice([self.last(), self.first(), self.city()])
        before, after = self.draw.randint(1, 9999), self.draw.randint(1, 200)
        joined = f"{name}{kind.lower().rstrip('.')} {after}{rest}"
        return self.draw.choice([f"{before} {name} {kind}{rest}", joined])

    def hospital(self) -> str:
        name = self.draw.choice(
            [self.city(), self.last(), "St. " + self.first(), "Saint " + self.first()]
        )
        kind = self.draw.choice(
            ["Hospital", "General Hospital", "Medical Center", "Clinic", "Memorial Hospital",
             "Health Center", "Regional Medical Center", "Children's Hospital",
             "Rehabilitation Center"]
        )  # fmt: skip
        return f"{name} {kind}"

    def org(self) -> str:
        name = self.draw.choice(
            [self.last(), f"{self.last()} and {self.last()}", f"{self.last()} {self.last()}"]
        )
        return name + self.draw.choice(
            [" Inc", " LLC", " Ltd", " Corp", " Company", " Group", " Foundation", "", " Bank"]
        )


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_COUNTRIES = [
    "Mexico",
    "Canada",
    "Spain",
    "France",
    "Germany",
    "Italy",
    "India",
    "China",
    "Japan",
    "Brazil",
    "Kenya",
    "Nigeria",
    "Egypt",
    "Poland",
    "Ukraine",
    "Norway",
    "Sweden",
    "Turkey",
    "Vietnam",
    "Colombia",
    "Peru",
    "Ireland",
    "Haiti",
    "Cuba",
    "Tunisia",
    "South Africa",
    "New Zealand",
    "Saudi Arabia",
    "Costa Rica",
    "Portugal",
]
_NATIONS = [
    "Mexican",
    "Canadian",
    "Spanish",
    "French",
    "German",
    "Italian",
    "Indian",
    "Chinese",
    "Japanese",
    "Brazilian",
    "Kenyan",
    "Nigerian",
    "Egyptian",
    "Polish",
    "Ukrainian",
    "Norwegian",
    "Swedish",
    "Turkish",
    "Vietnamese",
    "Irish",
    "Haitian",
    "Cuban",
]
KINDS = {
    "patient": "name", "staff": "name", "last": "name", "first": "name", "shouted": "name",
    "reversed": "name", "mrn": "record_number", "account": "record_number", "date": "date",
    "monthyear": "date", "year": "date", "weekday": "date", "street": "street", "city": "city",
    "state": "city", "country": "city", "zip": "postcode", "phone": "phone",
    "ssn": "social_security",
    "hospital": "hospital", "org": "organization", "email": "email", "url": "url",
    "licence": "driver_licence", "passport": "driver_licence", "card": "credit_card", "ip": "ip",
    "iban": "iban", "nationality": "nationality", "age": "age",
}  # fmt: skip


def generated(n: int, seed: int = 20261128) -> Iterator[Gold]:
    """Notes of a few templates each, with plain sentences between them."""
    made = _Draw(seed)
    for number in range(n):
        lines = made.draw.sample(TEMPLATES, made.draw.randint(1, 4))
        lines += made.draw.sample(PLAIN, made.draw.randint(0, 2))
        made.draw.shuffle(lines)
        text, mentions = _filled(made.draw.choice(["\n", " "]).join(lines), made.value)
        yield Gold(f"g{number}", text, mentions)


def _filled(template: str, value: Callable[[str], str]) -> tuple[str, list[tuple[int, int, str]]]:
    parts, mentions, size, last = [], [], 0, 0
    template = template.replace("\\n", "\n")
    for slot in _SLOT.finditer(template):
        parts.append(template[last : slot.start()])
        size += len(parts[-1])
        parts.append(value(slot[1]))
        mentions.append((size, size + len(parts[-1]), KINDS[slot[1]]))
        size += len(parts[-1])
        last = slot.end()
    return "".join([*parts, template[last:]]), mentions


def sample_notes(data: Path) -> list[str]:
    """The different texts of MTSamples, in order."""
    csv.field_size_limit(10**9)
    with (data / "notes/notes_medcat_mtsamples/pt_notes.csv").open(newline="") as file:
        return list(dict.fromkeys(row["text"] for row in csv.DictReader(file)))


def abstracts(data: Path) -> list[str]:
    """PubMed abstracts."""
    rows = json.loads((data / "questions/qa_pubmedqa/dev500.json").read_text())
    return [" ".join(one["CONTEXTS"]) for one in rows.values()]


def without_persons(data: Path) -> Iterator[Gold]:
    """Every other note and abstract, without the sentences in which rules find a name or place.

    Dates, ages and numbers that rules find are kept, as they are found.
    """
    for number, text in enumerate([*sample_notes(data)[::2], *abstracts(data)[:400:2]]):
        kept, mentions, size = [], [], 0
        for one in _sentences(text):
            found = [(f, _AS_GOLD[f.kind]) for f in findings(one, "en") if f.kind in _AS_GOLD]
            if any(kind in ("name", "organization", "city") for _, kind in found):
                continue
            mentions += [(size + f.start, size + f.end, kind) for f, kind in found]
            kept.append(one)
            size += len(one) + 1
        if kept:
            yield Gold(f"n{number}", " ".join(kept), mentions)


_AS_GOLD = {
    **dict.fromkeys(("name", "patient_name", "staff_name", "relative_name"), "name"),
    **dict.fromkeys(("hospital", "organization"), "organization"),
    **dict.fromkeys(("city", "region", "country", "street"), "city"),
    **dict.fromkeys(("date", "partial_date", "year"), "date"),
    **dict.fromkeys(("age", "age_over_89"), "age"),
}


def _sentences(text: str) -> Sequence[str]:
    return [text[one.start : one.end] for one in split(text)]


def _cased(name: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in name.split("-"))
