"""Sentences with names in braces, which `prose.Slots` fills."""

INTRODUCTION = (
    "{Disease} affects about {per} of 100,000 adults each year and remains a common reason for "
    "admission to hospital [@{cite}].",
    "The role of {drug} in {disease} is debated, and earlier studies were small [@{range}].",
    "Variants of *{gene}* have been linked to {disease} in several cohorts [@{cite}], but not in "
    "all [@{cite}].",
    "Guidelines recommend {drug} as first-line treatment unless it is contraindicated [@{cite}].",
    "Whether {test} predicts the outcome of {disease} is unknown.",
    "Most evidence comes from single centres, and follow-up rarely exceeds {months} months "
    "[@{range}].",
    "Delayed recognition of {disease} leads to avoidable complications, among them {disease2} "
    "[@{cite}].",
    "We hypothesised that {drug} would lower {test} without an increase in adverse events.",
    "Patients with {disease} often present with {finding} and {finding2}, which are not specific "
    "[@{cite}].",
)
METHODS = (
    "Adults aged {young} to {old} years with {disease} were eligible; those with {disease2} were "
    "excluded.",
    "{Test} was measured at baseline and at {weeks} weeks by the local laboratory.",
    "{Drug} was given at {dose} {frequency} for {weeks} weeks, and the dose was halved when {test} "
    "exceeded twice the upper limit of normal.",
    "Data were collected from electronic records and checked by a second reader.",
    "Genotyping of *{gene}* and *{gene2}* used capture-based sequencing with a mean depth of {n}×.",
    "Continuous variables are given as mean (standard deviation) or median (interquartile range), "
    "and compared by the *t* test or the Mann–Whitney *U* test.",
    "Hazard ratios with 95% confidence intervals (CIs) were estimated by Cox regression adjusted "
    "for age, sex and {test} [@{cite}].",
    "Missing values ({pct}% of all) were multiply imputed under the assumption that they were "
    "missing at random.",
    "A two-sided *P* < 0.05 was considered significant; no correction was made for multiple "
    "comparisons.",
    "The study followed the principles of good practice, and an invented ethics board approved "
    "it (no. {n}/{n2}).",
    "Images were read by two radiologists who did not know the clinical data ([fig {fig}|"
    "{figword} {fignum}]).",
)
RESULTS = (
    "Of {many} patients screened, {n} were included; their characteristics are shown in "
    "[table {tab}|Table {tabnum}].",
    "Mean age was {age} years (standard deviation {sd}), and {pct}% were women.",
    "{Test} fell from {value} to {value2} {unit} in the {drug} group (*P* = 0.0{digit}; "
    "[fig {fig}|{figword} {fignum}{panel}|{letter}]).",
    "There was no difference in {test} between groups ({value} versus {value2} {unit}; *P* = "
    "0.{two}).",
    "The hazard ratio for {disease2} was 0.{two} (95% CI 0.{low} to 1.{two}) after adjustment.",
    "Carriers of *{gene}* variants had more {finding} ({pct}% versus {pct2}%; [table {tab}|Table "
    "{tabnum}]).",
    "Serious adverse events occurred in {few} patients given {drug} and in {few2} controls; none "
    "was fatal.",
    "Histology showed no evidence of {disease2} ([fig {fig}|{figword} {fignum}{panel}|{letter}]).",
    "Results were unchanged when patients with {disease2} were excluded ([fig {fig}|{figword} "
    "{fignum}]).",
    "The incidence of {finding} was {pct} per 100 patient-years.",
)
CASE = (
    "A {age}-year-old {person} presented with {days} days of {finding} and {finding2}.",
    "{Pronoun} denied {finding} and {finding2}; there was no history of {disease2}.",
    "{Pronoun} had {disease2}, treated with {drug} {dose} {frequency}.",
    "On examination there was {finding} but no {finding2}.",
    "Blood pressure was {sys}/{dia} mmHg, heart rate {pulse} beats per minute, and oxygen "
    "saturation {sat}% on room air.",
    "{Test} was {value} {unit}, {test2} {value2} {unit2}.",
    "Imaging showed no evidence of {disease2} ([fig {fig}|{figword} {fignum}{panel}|{letter}]).",
    "Blood cultures remained sterile, and antinuclear antibodies were negative.",
    "{Drug} {dose} {frequency} was started on day {digit}; {test} normalised within {weeks} weeks "
    "([table {tab}|Table {tabnum}]).",
    "Sequencing showed a heterozygous variant of *{gene}*, c.{n}G>A, of uncertain significance "
    "[@{cite}].",
    "After {months} months {pronoun} was free of symptoms and took no medication.",
)
DISCUSSION = (
    "Our findings agree with two earlier studies [@{range}] but not with a third, in which {drug} "
    "was given later [@{cite}].",
    "The effect on {test} was smaller than expected, possibly because adherence was only {pct}%.",
    "We cannot exclude residual confounding by {disease2} or by treatment with {drug}.",
    "A plausible mechanism is inhibition of *{gene}* signalling, which lowers {test} in mice "
    "[@{cite}].",
    "Strengths are complete follow-up and masked assessment; limitations are the single region "
    "and the small number of events.",
    "In patients with {disease2}, {finding} should not be attributed to {disease} before other "
    "causes have been ruled out [@{cite}].",
    "Whether these results apply to children is unknown [@{range}].",
    "The cost of {drug} is low compared with that of an admission for {disease}.",
    "Unlike *{gene}*, *{gene2}* had no influence on outcome ([fig {fig}|{figword} {fignum}]).",
    "Further trials should measure {test} earlier and report {finding} as an adverse event "
    "[@{cite}].",
)
CAPTIONS = (
    "{Test} at baseline and after {weeks} weeks", "Axial image that shows {finding}",
    "Histology of a patient with {disease} (haematoxylin and eosin)",
    "Survival of patients with and without {disease2}", "Expression of *{gene}* by group",
    "Receiver operating characteristic of {test} for {disease}",
    "Flow of patients through the study", "Dose of {drug} against {test}",
)  # fmt: skip
