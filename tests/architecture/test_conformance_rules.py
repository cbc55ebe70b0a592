"""Every rule of the standard has a test named by it, and stands in the document that tells how it fares."""

from tests.conformance.document import DOCUMENT, row, rules_tested
from tests.conformance.rules import NUMBERS, SECTIONS


def test_every_rule_has_one_test_in_the_file_of_its_section():
    files = {number: file for number, (file, _) in rules_tested().items()}

    assert files == {number: f"test_{name}.py" for name, (_, rules) in SECTIONS.items() for number, _, _ in rules}
    assert len(NUMBERS) == len(set(NUMBERS)) == 137


def test_every_rule_says_in_one_sentence_what_it_is():
    for number, (_, says) in rules_tested().items():
        assert says.endswith("."), number
        assert 20 < len(says) < 200, number


def test_the_document_tells_of_every_rule():
    """``make conformance`` writes it; a rule that does not hold is told here before anybody reads it there."""
    lines, tests = DOCUMENT.read_text().splitlines(), rules_tested()

    for _, rules in SECTIONS.values():
        for number, level, source in rules:
            assert row(number, level, source, tests[number][1], "holds") in lines, number
