"""Scopes and fields for the tests of the directory."""

import pytest

from scimapp.directory.connection import live_tokens
from scimapp.directory.fields import custom_fields
from scimapp.directory.fields.custom_fields import FieldDraft
from scimapp.directory.scope import person_scope, token_scope
from tests.support.tokens import live_token


@pytest.fixture
def token_scope_for(scope):
    """A maker of SCIM scopes: ``token_scope_for("okta", maker=person)``."""

    def make(provider, maker=None):
        by = person_scope(maker) if maker is not None else scope
        return token_scope(live_tokens.authenticate(live_token(by, f"{provider} token", provider)))

    return make


@pytest.fixture
def okta_scope(token_scope_for):
    return token_scope_for("okta")


@pytest.fixture
def make_field(scope):
    """A maker of custom fields: ``make_field("badge", "integer")``."""

    def make(field_id, type_name, **rest):
        draft = FieldDraft(label=rest.pop("label", field_id), type=type_name, field_id=field_id, **rest)
        return custom_fields.define(scope, draft)

    return make
