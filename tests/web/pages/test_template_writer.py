"""Pages are written in fewer steps than Jinja takes, and say the same."""

from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from scimapp.web import direction, template_writer

TEMPLATES = {
    "layout": "<{% block content %}{% endblock %}>",
    "page": "{% extends 'layout' %}{% block content %}{% include 'rows' %}{% endblock %}",
    "rows": "{% for name in names %}[{{ name }}]{% include 'end' %}{% endfor %}",
    "end": "{{ name }};",
    "pills": "{% macro pill(text, kind='') %}({{ kind }}{{ text }}){% endmacro %}{{ pill(name) }}{{ pill(name) }}",
}


@pytest.fixture
def written():
    """``written(name, **values)``: the pieces in which a template is handed on."""
    environment = Environment(loader=DictLoader(TEMPLATES), autoescape=True)
    app = SimpleNamespace(jinja_env=environment)
    direction.init_app(app)
    template_writer.init_app(app)

    def pieces(page, **values):
        template = environment.get_template(page)
        return list(template.root_render_func(template.new_context(values)))

    return pieces


def test_a_layout_hands_on_its_block_as_one_text_whatever_the_block_includes(written):
    assert written("page", names=["Ada", "<Bo>"]) == ["<", "[Ada]Ada;[&lt;Bo&gt;]&lt;Bo&gt;;", ">"]


def test_a_remembered_macro_tells_text_from_html(written):
    texts = ["".join(written("pills", name=name)) for name in ("<b>", Markup("<b>"), "<b>")]

    assert texts == ["(&lt;b&gt;)" * 2, "(<b>)" * 2, "(&lt;b&gt;)" * 2]
