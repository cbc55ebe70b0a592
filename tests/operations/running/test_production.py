"""What production refuses, each with a word of what would be accepted."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from scimapp import create_app
from scimapp.settings import Settings, SettingsError

GOOD = {
    "SCIMAPP_ENV": "production",
    "SCIMAPP_SECRET_KEY": "b7f09c1ce53a48d5a0cb97f1aa6e5d22c1b06f39",
    "SCIMAPP_EXTERNAL_URL": "https://people.corp.example",
}


@pytest.mark.parametrize(
    "setting, value, complaint",
    [
        ("SCIMAPP_SECRET_KEY", "", "production needs one"),
        ("SCIMAPP_SECRET_KEY", "an-example-of-a-key-with-enough-letters", "looks like an example"),
        ("SCIMAPP_SECRET_KEY", "ab" * 20, "too short or looks like an example"),
        ("SCIMAPP_SCIM_RATE", "24", "or 0 for no limit"),
        ("SCIMAPP_SCIM_RATE", "inf", "or 0 for no limit"),
        ("SCIMAPP_SCIM_RATE", "1_000", "or 0 for no limit"),
        ("SCIMAPP_SCIM_RATE", "\uff15\uff10", "or 0 for no limit"),
        ("PORT", "\uff18\uff10\uff10\uff10", "a whole number from 1 to 65535"),
        ("SCIMAPP_EXTERNAL_URL", "", "set the https address"),
        ("SCIMAPP_EXTERNAL_URL", "http://people.corp.example", "https only"),
        ("SCIMAPP_EXTERNAL_URL", "http://127.0.0.1:8000", "https only"),
        ("FLASK_DEBUG", "1", "no debugger"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me:secret@db.corp.example/people", "sslmode=verify-full"),
        ("SCIMAPP_DATABASE_URL", "postgres://me@10.0.0.7:5432/people?connect_timeout=3", "sslmode=verify-full"),
        ("SCIMAPP_DATABASE_URL", "postgresql:///people?host=/run/postgresql,db.example", "sslmode=verify-full"),
        ("SCIMAPP_DATABASE_URL", "postgresql:///people?host=db.example&host=localhost", "sslmode=verify-full"),
        ("SCIMAPP_DATABASE_URL", "postgresql://localhost/people?hostaddr=10.0.0.7", "sslmode=verify-full"),
        ("SCIMAPP_DATABASE_URL", "postgresql://db.example/people?fallback_sslmode=disable", "sslmode=verify-full"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me:secret@localhost:five/people", "a port from 1 to 65535"),
        (
            "SCIMAPP_DATABASE_URL",
            "postgresql://me:secret@localhost/people?sslmode=yes",
            "an unknown sslmode; use one of disable, ",
        ),
        (
            "SCIMAPP_DATABASE_URL",
            "postgresql://me:secret@localhost/people?port=five",
            "with a port from 1 to 65535 for each or for none",
        ),
        (
            "SCIMAPP_DATABASE_URL",
            "postgresql://me:secret@/people?host=localhost,localhost&port=5432,5433,5434",
            "hosts and ports that do not go together",
        ),
        ("SCIMAPP_DATABASE_URL", "postgresql://me:secret@localhost:/people", "a port from 1 to 65535"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me@localhost/people?load_balance_hosts=on", "one of disable, random"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me@localhost/people?sslcertmode=yes", "one of disable, allow, require"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me@localhost/people?sslnegotiation=tls", "one of postgres, direct"),
        ("SCIMAPP_DATABASE_URL", "sqlite:///people.db", "a path from the root"),
        ("SCIMAPP_DATABASE_URL", "sqlite:////srv/people.db?timeout=1", "a path from the root"),
        ("SCIMAPP_EXTERNAL_URL", "https://people.corp.example:99999", "a port from 1 to 65535"),
        ("SCIMAPP_EXTERNAL_URL", "https://people..example", "without a path"),
        ("SCIMAPP_EXTERNAL_URL", "https://münchen.example", "name servers know it: xn--mnchen-3ya.example"),
        ("SCIMAPP_EXTERNAL_URL", "https://mün chen.example", "without a path"),
        ("SCIMAPP_EXTERNAL_URL", f"https://{'p' * 64}.example", "without a path"),
        ("SCIMAPP_DATA_DIR", "/srv/people?", r"without a \? in its path"),
        ("SCIMAPP_SECRET_KEY", GOOD["SCIMAPP_SECRET_KEY"] + "\udce9", "cannot be seen"),
        ("PORT", "8" * 5000, "from 1 to 65535"),
        ("SCIMAPP_EXTERNAL_URL", "https://[::1", "a port from 1 to 65535"),
        ("SCIMAPP_EXTERNAL_URL", "https://people.corp.example/people", "without a path"),
        ("SCIMAPP_EXTERNAL_URL", "https://me@people.corp.example", "without a path"),
        ("SCIMAPP_MAIL_URL", "smtp://me:secret@mail.corp.example:many", "a port from 1 to 65535"),
        ("SCIMAPP_MAIL_URL", "smtp://me:p%C3%A4ss@mail.corp.example", "other signs than ASCII"),
        ("SCIMAPP_MAIL_URL", "smtp://mail.corp.example?tls=option", r"nothing behind it but \?tls=optional"),
        ("SCIMAPP_MAIL_FROM", "People <it@corp.example>", "write one address"),
        ("SCIMAPP_MAIL_FROM", "it@", "write one address"),
        ("SCIMAPP_URN_PREFIX", "urn:größe", "write it as urn:name"),
        ("SCIMAPP_PRODUCT_NAME", "People\nand groups", "in one line"),
    ],
)
def test_production_refuses(tmp_path, setting, value, complaint):
    with pytest.raises(SettingsError, match=complaint) as refused:
        Settings.from_environment(GOOD | {"SCIMAPP_DATA_DIR": str(tmp_path), setting: value})

    assert "secret@" not in str(refused.value)


@pytest.mark.parametrize(
    "setting, value",
    [
        ("FLASK_DEBUG", "0"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me:secret@db.corp.example/people?sslmode=verify-full"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me:secret@db.corp.example/people?sslmode=disable"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me@localhost/people"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me@[::1]:5433/people"),
        ("SCIMAPP_DATABASE_URL", "postgresql://me@/people?host=/var/run/postgresql"),
        (
            "SCIMAPP_DATABASE_URL",
            "postgresql://me@/people?host=localhost&port=5433&target_session_attrs=read-write",
        ),
        ("SCIMAPP_DATABASE_URL", "postgresql://me@/people?host=localhost:5432&host=127.0.0.1:5433"),
        ("SCIMAPP_DATABASE_URL", "postgresql://db.example/people?hostaddr=127.0.0.1"),
        ("SCIMAPP_DATABASE_URL", "sqlite:////srv/people.db"),
        ("SCIMAPP_SCIM_RATE", "62.5"),
        ("SCIMAPP_MAIL_URL", "smtp://it%40corp.example:se%2Fcret@mail.corp.example:587?tls=optional"),
        ("SCIMAPP_MAIL_FROM", "no-reply+it@corp.example"),
    ],
)
def test_production_takes(tmp_path, setting, value):
    assert Settings.from_environment(GOOD | {"SCIMAPP_DATA_DIR": str(tmp_path), setting: value}).production


def test_https_in_capitals_is_https_for_cookies_as_well(tmp_path):
    shouted = {"SCIMAPP_DATA_DIR": str(tmp_path), "SCIMAPP_EXTERNAL_URL": "HTTPS://People.Corp.Example/"}

    taken = Settings.from_environment(GOOD | shouted)

    assert (taken.external_url, taken.is_https) == (GOOD["SCIMAPP_EXTERNAL_URL"], True)


def test_a_colon_behind_the_prefix_of_urns_is_left_out(tmp_path):
    taken = Settings.from_environment(GOOD | {"SCIMAPP_DATA_DIR": str(tmp_path), "SCIMAPP_URN_PREFIX": "urn:acme:"})

    assert taken.extension_urn("A1") == "urn:acme:scim:schemas:extension:A1:2:User"


def test_a_name_that_is_no_setting_is_noticed(tmp_path):
    """A misspelt one would go unnoticed: the server would take every client for its proxy, for instance."""
    every = {"SCIMAPP_DATA_DIR": str(tmp_path), "SCIMAPP_OUTBOX_WORKER": "1", "SCIMAPP_MAIL_FROM": "it@corp.example"}
    misspelt = {"SCIMAPP_TRUSTED_PROXY": "1", "SCIMAPP_KEY": "", "OTHER_KEY": "x"}

    assert Settings.from_environment(GOOD | every).unknown == ()
    assert Settings.from_environment(GOOD | every | misspelt).unknown == ("SCIMAPP_KEY", "SCIMAPP_TRUSTED_PROXY")


def test_development_asks_for_none_of_it(tmp_path):
    plain = {"SCIMAPP_DATA_DIR": str(tmp_path), "SCIMAPP_DATABASE_URL": "postgresql://me@db.corp.example/people"}

    assert not Settings.from_environment(plain | {"FLASK_DEBUG": "1"}).production
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("secret", ["", GOOD["SCIMAPP_SECRET_KEY"]])
def test_a_data_folder_that_cannot_be_one_is_told(tmp_path, secret):
    (tmp_path / "data").write_text("a file")

    with pytest.raises(SettingsError, match=f"SCIMAPP_DATA_DIR is {tmp_path / 'data'}, which cannot be used"):
        create_app(
            Settings.from_environment({"SCIMAPP_DATA_DIR": str(tmp_path / "data"), "SCIMAPP_SECRET_KEY": secret})
        )


def test_a_secret_that_cannot_be_kept_is_told(tmp_path):
    (tmp_path / "secret_key").mkdir()

    with pytest.raises(SettingsError, match="secret_key cannot be used"):
        Settings.from_environment({"SCIMAPP_DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize("content", [b"too short", b"\xff" * 64])
def test_a_kept_secret_that_is_none_is_told(tmp_path, content):
    (tmp_path / "secret_key").write_bytes(content)

    with pytest.raises(SettingsError, match="secret_key holds no usable secret; remove the file"):
        Settings.from_environment({"SCIMAPP_DATA_DIR": str(tmp_path)})


def test_an_empty_setting_is_one_that_is_not_given(tmp_path):
    empty = {"SCIMAPP_OUTBOX_WORKER": "", "SCIMAPP_INVITATION_DAYS": "", "SCIMAPP_SCIM_RATE": "", "FLASK_DEBUG": ""}

    taken = Settings.from_environment(GOOD | {"SCIMAPP_DATA_DIR": str(tmp_path)} | empty)

    assert (taken.outbox_worker, taken.invitation_days, taken.scim_rate) == (True, 7, 50)


def test_processes_that_begin_at_once_agree_on_one_secret(tmp_path):
    gate = Barrier(6)

    def begin(folder):
        gate.wait()
        return Settings.from_environment({"SCIMAPP_DATA_DIR": str(folder)}).secret_key

    with ThreadPoolExecutor(6) as pool:
        for number in range(100):
            folder = tmp_path / str(number)
            kept = set(pool.map(begin, [folder] * 6))
            assert kept == {(folder / "secret_key").read_text()}


def test_a_secret_that_could_not_be_written_is_made_at_the_next_start(tmp_path):
    (tmp_path / "secret_key").touch()

    made = Settings.from_environment({"SCIMAPP_DATA_DIR": str(tmp_path)}).secret_key

    assert len(made) == 64
    assert Settings.from_environment({"SCIMAPP_DATA_DIR": str(tmp_path)}).secret_key == made
