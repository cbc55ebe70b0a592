"""What the check of a page looks at in a list: every form of a cell, and each form once; what it leaves aside comes back."""

from tests.support.accessibility import violations

LIST = """<html lang="en"><head><title>List</title><style>.dim, .marked .plain { color: #ccc }</style></head><body><main>
<h1>List</h1><table><thead><tr><th>Name</th></tr></thead><tbody>
<tr><td class="plain">Ada</td></tr><tr><td class="dim">Bo</td></tr><tr><td class="dim">Cy</td></tr>
<tr><td class="plain"><b class="dim">Di</b></td></tr><tr class="marked"><td class="plain">Ed</td></tr>
</tbody></table></main></body></html>"""


def test_every_form_of_a_cell_is_looked_at_once(open_page):
    page = open_page()
    page.set_content(LIST)

    found = " ".join(violations(page))

    assert [name for name in ("Ada", "Bo", "Cy", "Di", "Ed") if name in found] == ["Bo", "Di", "Ed"]


def test_without_strokes_and_options_the_rest_is_looked_at_and_they_come_back(open_page):
    page = open_page()
    page.set_content(
        '<html lang="en"><title>Form</title><main><h1>Form</h1><svg aria-hidden="true"><path/><a href="/"><path/></a></svg>'
        '<svg aria-hidden="true"><path/><circle/></svg><select><option>A<option>B<option selected>C<option>D</select></main>'
    )
    before = page.content(), page.input_value("select")

    found = " ".join(violations(page))

    assert "aria-hidden-focus" in found
    assert "select-name" in found
    assert (page.content(), page.input_value("select")) == before
