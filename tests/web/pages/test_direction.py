"""Names that turn the writing direction round, or are read from right to left, change nothing but themselves."""

import pytest
from flask_babel import gettext
from markupsafe import Markup

from scimapp.directory.calls import call_log
from scimapp.directory.people import users
from scimapp.languages import Count, ngettext
from scimapp.web.direction import steady

TURNED = "Ana \u202egnp.exe"
SALES = "سوق"  # drawn from right to left


def test_controls_are_left_out_of_text_and_kept_inside_of_tags():
    field = Markup('<input value="Ana \u202eX"><p>Ana \u2066X</p>')

    assert steady(TURNED) == "Ana gnp.exe"
    assert str(steady(field)) == str(Markup('<input value="Ana \u202eX"><p>Ana X</p>'))
    assert isinstance(steady(field), Markup)


def test_right_to_left_names_and_everything_else_stay_as_they_are():
    for value in ("مريم حداد", "Zoë", 4, None, Markup("<b>·</b>")):
        assert steady(value) is value


@pytest.mark.parametrize("value, in_html, in_text", [
    ("Zoë", "Zoë", "Zoë"),
    ("<b> & \"c'", "&lt;b&gt; &amp; &#34;c&#39;", "<b> & \"c'"),
    (f"<{TURNED}>", "&lt;Ana gnp.exe&gt;", "<Ana gnp.exe>"),
    (Markup("<b>\u202eX</b>"), "<b>X</b>", "<b>X</b>"),
    (4, "4", "4"),
    (None, "None", "None"),
])  # fmt: skip
def test_texts_are_escaped_in_html_alone_and_turn_nothing_anywhere(app, value, in_html, in_text):
    html, text = (app.jinja_env.overlay(autoescape=is_html).from_string("{{ value }}") for is_html in (True, False))

    with app.test_request_context():
        assert (html.render(value=value), text.render(value=value)) == (in_html, in_text)


def test_values_in_a_sentence_of_a_template_are_escaped(app):
    template = app.jinja_env.from_string('{{ _("by %(name)s", name=name) }}, {{ _("100%%") }}')

    with app.test_request_context():
        assert template.render(name="<b>") == "by &lt;b&gt;, 100%"


def test_a_turned_name_turns_no_sentence_of_a_page(page, make_user, scope):
    ana = make_user(given_name=TURNED, family_name="Ruiz")

    for address in (f"/users/{ana.id}/deactivate", "/users", "/audit"):
        assert "\u202e" not in page(address).text
    assert users.get(scope, ana.id).given_name == TURNED


def test_a_failed_form_with_a_turned_name_is_still_a_form(page):
    form = page("/users/new").form("Add").fill(given_name=TURNED, email="nobody")

    again = form.submit().form("Add")

    assert again.values["given_name"] == [TURNED]


def test_saving_a_form_does_not_change_a_turned_name(page, make_user, scope):
    ana = make_user(given_name=TURNED, family_name="Ruiz")

    page(f"/users/{ana.id}").form("profile").fill(title="Buyer").submit()

    assert users.get(scope, ana.id).given_name == TURNED


def test_counts_are_written_as_the_language_groups_them(app):
    template = app.jinja_env.from_string('{{ ngettext("%(num)s value", "%(num)s values", 1190) }}')

    with app.test_request_context():
        assert template.render() == "1,190 values"
        assert str(Count(1190)) == "1,190"


def test_a_number_stays_behind_a_right_to_left_name(page, scim, make_user):
    ana, bo = make_user(), make_user()
    scim.post("/Groups", {"displayName": SALES, "members": [{"value": ana.scim_id}, {"value": bo.scim_id}]})
    call_log.flush()

    assert f"Pushed the group {SALES}\u200e: 2 added" in page("/provisioning/log").text


def test_sentences_of_pages_and_templates_hold_their_names(app):
    template = app.jinja_env.from_string('{{ _("%(name)s (%(num)s)", name=name, num=4) }}')

    with app.test_request_context():
        assert template.render(name=SALES) == gettext("%(name)s (%(num)s)", name=SALES, num=4) == f"{SALES}\u200e (4)"
        assert template.render(name="Zoë") == "Zoë (4)"
        assert template.render(name=Markup("<b>Zoë</b>")) == "<b>Zoë</b> (4)"
        assert ngettext("%(num)s of %(name)s", "%(num)s of %(name)s", 2, name=SALES) == f"2 of {SALES}\u200e"
