"""Settings from the environment, from files and from AWS Secrets Manager: which one counts, what is
said of those that can't be read, and that no value is ever told."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.config import Settings, SettingsProblem, load, read
from tests.fakes.http import Requests, saying

PEPPERS, FIELDS, KEY = (
    "p2:pepper-of-the-tests-2,p1:pepper-of-the-tests-1", "f1:field-key-of-the-tests",
    "canary-of-the-session-key",
)  # fmt: skip
PLAIN = {
    "NEXUSTOP_MODE": "demo", "DATABASE_URL": "postgresql:///x", "REDIS_URL": "unix:///x",
    "AFRICASTALKING_BASE_URL": "https://x.example", "AFRICASTALKING_USERNAME": "us",
    "AFRICASTALKING_API_KEY": "at", "VTPASS_BASE_URL": "https://x.example", "VTPASS_API_KEY": "1",
    "VTPASS_PUBLIC_KEY": "2", "VTPASS_SECRET_KEY": "3", "SECRET_KEY": KEY, "PIN_PEPPERS": PEPPERS,
    "FIELD_ENCRYPTION_KEYS": FIELDS,
    "API_SIGNING_KEYS": "a1:signing-key-of-the-tests-with-32-characters",
}  # fmt: skip


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the environment: what is plain, and more; None takes a setting out."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name in {one.upper() for one in Settings.model_fields}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def give(**more: str | Path | None) -> None:
        for name, value in (PLAIN | more).items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, str(value))

    return give


@pytest.fixture
def amazon(given: Callable[..., None]) -> Iterator[Requests]:
    """Secrets Manager on the loopback, in its JSON 1.1 protocol."""
    with saying() as (address, requests):
        given(
            AWS_ENDPOINT_URL_SECRETS_MANAGER=address, AWS_DEFAULT_REGION="eu-west-1",
            AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="aws-key", AWS_SECRETS_ID="nexustop/live",
        )  # fmt: skip
        yield requests


def secret(file: Path, text: str, mode: int = 0o400) -> Path:
    file.write_text(text)
    file.chmod(mode)
    return file


def holds(requests: Requests, text: str, status: int = 200) -> None:
    requests.answer = (status, text)


def problems(data_dir: Path) -> list[str]:
    with pytest.raises(SettingsProblem) as refused:
        load(data_dir)
    return str(refused.value).split("\n")


def test_a_secret_comes_from_the_file_that_is_named(
    given: Callable[..., None], tmp_path: Path
) -> None:
    file = secret(tmp_path / "peppers", f"{PEPPERS}\n")
    given(PIN_PEPPERS=None, PIN_PEPPERS_FILE=file)
    (tmp_path / "secrets.env").write_text("PIN_PEPPERS=p9:another-pepper-of-tests\n")
    settings, found = read(tmp_path)
    assert settings.pin_peppers.get_secret_value() == PEPPERS
    assert found.origins["PIN_PEPPERS"] == f"file {file}"
    assert found.origins["SECRET_KEY"] == "environment"


def test_a_file_that_can_not_be_used_is_told_of_with_all_others(
    given: Callable[..., None], tmp_path: Path
) -> None:
    given(
        SECRET_KEY=None, SECRET_KEY_FILE=tmp_path / "nowhere",
        PIN_PEPPERS=None, PIN_PEPPERS_FILE=secret(tmp_path / "open", PEPPERS, 0o444),
        FIELD_ENCRYPTION_KEYS=None,
        FIELD_ENCRYPTION_KEYS_FILE=secret(tmp_path / "shared", FIELDS, 0o660),
        VTPASS_API_KEY=None, VTPASS_API_KEY_FILE=secret(tmp_path / "empty", "\n"),
        VTPASS_SECRET_KEY=None, VTPASS_SECRET_KEY_FILE=tmp_path,
        VTPASS_PUBLIC_KEY_FILE=secret(tmp_path / "twice", "x"), PORT="none",
    )  # fmt: skip
    assert sorted(problems(tmp_path)) == [
        f"FIELD_ENCRYPTION_KEYS_FILE names {tmp_path}/shared, which others may write: chmod go-w",
        f"PIN_PEPPERS_FILE names {tmp_path}/open, which everybody may read: chmod o-r",
        "PORT Input should be a valid integer, unable to parse string as an integer",
        f"SECRET_KEY_FILE names {tmp_path}/nowhere,"
        " which can't be read (No such file or directory)",
        f"VTPASS_API_KEY_FILE names {tmp_path}/empty, which is empty",
        "VTPASS_PUBLIC_KEY and VTPASS_PUBLIC_KEY_FILE are both given: one of them must go",
        f"VTPASS_SECRET_KEY_FILE names {tmp_path}, which can't be read (Is a directory)",
    ]  # fmt: skip


def test_secrets_come_from_secrets_manager_below_environment_and_files(
    given: Callable[..., None], amazon: Requests, tmp_path: Path
) -> None:
    told = {
        "SECRET_KEY": KEY, "PIN_PEPPERS": "p0:not-used-at-all-here", "VTPASS_API_KEY": "not used",
        "NOT_OURS": "x", "VTPASS_INBOUND_TOKENS": "a,b",
    }  # fmt: skip
    holds(amazon, json.dumps({"Name": "nexustop/live", "SecretString": json.dumps(told)}))
    given(
        SECRET_KEY=None, PIN_PEPPERS=None, PIN_PEPPERS_FILE=secret(tmp_path / "p", PEPPERS),
        AWS_SECRETS_ID="nexustop/live",
    )  # fmt: skip
    settings, found = read(tmp_path)
    assert settings.secret_key.get_secret_value() == KEY
    assert settings.pin_peppers.get_secret_value() == PEPPERS
    assert settings.vtpass_api_key.get_secret_value() == "1"
    assert settings.vtpass_inbound_tokens == ("a", "b")
    assert found.origins["SECRET_KEY"] == "AWS Secrets Manager"
    assert found.unknown == ["NOT_OURS"]
    [(_, headers, body)] = amazon.seen
    assert headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"
    assert json.loads(body) == {"SecretId": "nexustop/live"}


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (400, {"__type": "ResourceNotFoundException", "Message": KEY},
         "was refused by Secrets Manager: ResourceNotFoundException"),
        (400, {"__type": "AccessDeniedException", "Message": KEY},
         "was refused by Secrets Manager: AccessDeniedException"),
        (200, {"SecretString": f"{KEY} is no JSON"}, "names a secret that isn't JSON"),
        (200, {"SecretString": json.dumps([KEY])}, "names a secret that is no JSON object"),
        (200, {"SecretBinary": "eA=="}, "names a binary secret; a JSON one is wanted"),
    ],
)  # fmt: skip
def test_what_secrets_manager_refuses_is_a_problem_without_the_secret(
    amazon: Requests, tmp_path: Path, status: int, answer: dict[str, str], said: str
) -> None:
    holds(amazon, json.dumps(answer), status)
    assert problems(tmp_path) == [f"AWS_SECRETS_ID {said}"]


def test_a_value_that_is_no_text_is_a_problem(amazon: Requests, tmp_path: Path) -> None:
    holds(amazon, json.dumps({"SecretString": json.dumps({"SECRET_KEY": {"v": KEY}})}))
    assert problems(tmp_path) == ["SECRET_KEY is no text in the AWS secret"]


def test_secrets_manager_that_is_away_or_without_credentials_is_a_problem(
    given: Callable[..., None], tmp_path: Path
) -> None:
    given(AWS_SECRETS_ID="x")
    assert problems(tmp_path) == [
        "AWS_SECRETS_ID can't be asked for: no region, AWS_DEFAULT_REGION is missing"
    ]
    given(AWS_SECRETS_ID="x", AWS_DEFAULT_REGION="eu-west-1")
    assert problems(tmp_path) == [
        "AWS_SECRETS_ID can't be asked for: no AWS credentials were found"
    ]
    given(
        AWS_SECRETS_ID="x", AWS_DEFAULT_REGION="eu-west-1", AWS_ACCESS_KEY_ID="id",
        AWS_SECRET_ACCESS_KEY="k", AWS_ENDPOINT_URL_SECRETS_MANAGER="http://127.0.0.1:1",
    )  # fmt: skip
    assert problems(tmp_path) == [
        "AWS_SECRETS_ID can't be asked for: Secrets Manager can't be reached"
    ]


def test_the_check_tells_where_each_setting_is_from_and_no_value(
    given: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given(PIN_PEPPERS=None, PIN_PEPPERS_FILE=secret(tmp_path / "p", PEPPERS))
    (tmp_path / "run.env").write_text("PORT=8123\n")
    assert main(["settings", "check"]) == 0
    said = capsys.readouterr().out
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in said.splitlines()}
    assert lines["PIN_PEPPERS"] == f"file {tmp_path}/p; keys p2, p1, the first is current"
    assert lines["SECRET_KEY"] == "environment"
    assert lines["PORT"] == "run.env"
    assert not any(value in said for value in (KEY, "pepper-of", "field-key", "8123"))
    given(PIN_PEPPERS_FILE=None, PIN_PEPPERS="short")
    assert main(["settings", "check"]) == 2
    assert "short" not in capsys.readouterr().err
