"""Made-up people, groups and fields for the demo: many names, many alphabets, all at ``.example`` addresses."""

import random
import unicodedata

from ..directory.custom_fields import FieldDraft

GIVEN = (
    "Mara", "Tobias", "Wilhelmina", "Ngọc", "Łukasz", "美咲", "Ingrid", "Bo", "Priya", "Zoë", "Amara", "Diego", "Fatima",
    "Gwendolyn", "Hiroshi", "Ifeanyi", "João", "Kateryna", "Lars", "Maëlle", "Nadia", "Omar", "Paulina", "Quentin",
    "Rosalind", "Søren", "Tamsin", "Uzma", "Vikram", "Wanjiru", "Xavier", "Yara", "Zsófia", "Aoife", "Björn", "Chiara",
)  # fmt: skip
FAMILY = (
    "Lindqvist", "Okonkwo", "Featherstonehaugh-Castellanos", "Đặng", "Żółkiewski", "山田", "Halvorsen", "Andersen",
    "Raman", "O’Connor-Nakamura", "Diallo", "Fernández", "Haddad", "Ashworth", "Tanaka", "Okafor", "Carvalho",
    "Shevchenko", "Petersen", "Dubois", "Petrova", "Farouk", "Nowak", "Leclerc", "Whitcombe", "Kjær", "Pengelly", "Iqbal",
    "Subramanian", "Mwangi", "Moreau", "Khalil", "Szabó", "Byrne", "Gustafsson", "Ricci", "Ng",
)  # fmt: skip
TITLES = (
    "Account Manager", "Baker", "Category Buyer", "Driver", "Finance Partner", "Food Technologist", "HR Partner",
    "Line Lead", "Maintenance Engineer", "Marketing Lead", "Plant Manager", "Quality Inspector", "Sales Director",
    "Shift Planner", "Software Engineer", "Warehouse Lead",
)  # fmt: skip
SITES = ("Göteborg", "Lyon", "Oslo", "Porto", "Utrecht")
LANGUAGES = ("English", "French", "German", "Portuguese", "Swedish")
GROUPS = (
    "Field Sales", "Finance", "First Aid", "IT and Security", "Logistics", "Marketing", "Plant Managers", "Quality",
)  # fmt: skip
FIELDS = (
    FieldDraft("Cost centre", "text", "cost_centre", show_in_list=True, help_text="Four digits, as in the ledger."),
    FieldDraft("Badge number", "integer", "badge_number"),
    FieldDraft("Site", "dropdown", "site", choices=SITES, show_in_list=True),
    FieldDraft("First aider", "boolean", "first_aider"),
    FieldDraft("Contract ends", "date", "contract_ends"),
    FieldDraft("Languages", "multiselect", "languages", choices=LANGUAGES),
)
DOMAIN = "brightwater.example"


def people(count, seed=2026):
    """``count`` people as dicts of form values with custom values and a ``state``; the same ones for the same seed."""
    dice, taken = random.Random(seed), set()
    for number in range(count):
        given, family = GIVEN[number % len(GIVEN)], FAMILY[(number * 7 + number // len(GIVEN)) % len(FAMILY)]
        local = _local(given, family, number)
        while local in taken:
            local += str(number)
        taken.add(local)
        custom = {
            "cost_centre": dice.choice(("1000", "2230", "3120", "4410")),
            "badge_number": 1000 + number,
            "site": dice.choice(SITES),
            "first_aider": dice.random() < 0.2,
            "languages": sorted(dice.sample(LANGUAGES, dice.choice((1, 1, 2, 3)))),
        }
        if dice.random() < 0.3:
            custom["contract_ends"] = f"2027-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        yield {
            "given_name": given,
            "family_name": family,
            "email": f"{local}@{DOMAIN}",
            "core": {"title": dice.choice(TITLES)},
            "custom": custom,
            "state": dice.choices(("active", "invited", "inactive"), (80, 12, 8))[0],
            "role": "user_admin" if number in (5, 17) else "super_admin" if number == 9 else "member",
            "groups": dice.sample(range(len(GROUPS)), dice.choice((0, 1, 1, 2, 3))),
        }


def _local(given, family, number):
    plain = unicodedata.normalize("NFKD", f"{given}.{family}".replace("ł", "l").replace("Ł", "L").replace("Đ", "D"))
    kept = "".join(letter for letter in plain.lower() if letter.isascii() and (letter.isalnum() or letter in ".-"))
    return kept.strip(".-") or f"person{number}"
