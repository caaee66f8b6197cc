"""Names that are offered while another medicine is typed: what people with fibromyalgia or ME often take.

Names only; anything else is kept as written. No opioid is suggested.
"""

SUGGESTIONS = (
    "Amitriptyline",
    "Baclofen",
    "Citalopram",
    "Cyclobenzaprine",
    "Diazepam",
    "Duloxetine",
    "Fluoxetine",
    "Folic acid",
    "Gabapentin",
    "Hydroxychloroquine",
    "Ibuprofen",
    "Levothyroxine",
    "Magnesium",
    "Melatonin",
    "Mirtazapine",
    "Naproxen",
    "Nortriptyline",
    "Omeprazole",
    "Paracetamol",
    "Pregabalin",
    "Propranolol",
    "Sertraline",
    "Sumatriptan",
    "Topiramate",
    "Trazodone",
    "Venlafaxine",
    "Vitamin B12",
    "Vitamin D",
)
