"""The demo's company: Brightwater Foods, its sites and departments, six custom fields and eight groups, and which of them
its directory manages.
"""

from ...directory.fields.custom_fields import FieldDraft

ACCOUNT_NAME = "Brightwater Foods"
DOMAIN = "brightwater.example"  # reserved (RFC 2606): nobody can have an address there
OWNER = ("Mara", "Lindqvist", f"mara.lindqvist@{DOMAIN}")
SITES = ("Aarhus", "Leeds", "Lyon", "Osaka", "Rotterdam", "Valencia")
LANGUAGES = ("Danish", "Dutch", "English", "French", "Japanese", "Spanish", "Ukrainian")
FIELDS = (
    FieldDraft("Site", "dropdown", "site", choices=SITES, show_in_list=True, help_text="Where this person works."),
    FieldDraft("Badge number", "text", "badgeNumber", help_text="Printed on the back of the badge."),
    FieldDraft("Start date", "date", "startDate", show_in_list=True),
    FieldDraft("Weekly hours", "number", "weeklyHours"),
    FieldDraft("First aider", "boolean", "firstAider"),
    FieldDraft("Languages", "multiselect", "languages", choices=LANGUAGES),
)
UNSENT_FIELDS = frozenset(("firstAider", "languages"))  # fields that the directory does not send
# department: (relative number of people, titles)
DEPARTMENTS = {
    "Production": (8, ("Line Operator", "Shift Supervisor", "Maintenance Technician", "Process Engineer")),
    "Logistics": (4, ("Logistics Planner", "Warehouse Associate", "Fleet Coordinator")),
    "Sales": (5, ("Account Manager", "Field Sales Representative", "Export Manager")),
    "Quality": (3, ("Quality Inspector", "Food Safety Auditor", "Laboratory Analyst")),
    "Purchasing": (2, ("Category Buyer", "Supplier Manager")),
    "Finance": (2, ("Accountant", "Payroll Specialist", "Controller")),
    "IT": (2, ("Systems Administrator", "Service Desk Analyst", "Data Engineer")),
    "People": (2, ("Recruiter", "Training Coordinator", "HR Adviser")),
    "Leadership": (1, ("Site Director", "Managing Director")),
}
# name: the condition for its members
GROUPS = {
    "Production floor": lambda person: person.department == "Production",
    "Field sales": lambda person: person.department == "Sales",
    "Quality & food safety": lambda person: person.department == "Quality",
    "Warehouse and transport": lambda person: person.department == "Logistics",
    "Finance": lambda person: person.department == "Finance",
    "IT service desk": lambda person: person.department == "IT",
    "First aiders": lambda person: person.custom.get("firstAider") is True,
    "Management": lambda person: (
        person.department == "Leadership" or "Head" in person.title or "Director" in person.title
    ),
}
PUSHED_GROUPS = frozenset(
    ("Field sales", "Quality & food safety", "Warehouse and transport", "Finance", "IT service desk")
)
# Ids in pushes besides the members: people who were never assigned to the app.
STRANGERS = {
    "Field sales": ("00u4kq81zrNDW0vbe5d7", "00u9tt02pmXLs6fgh5d7"),
    "Warehouse and transport": ("00u1cv77eoQJy3ubk5d7",),
}
