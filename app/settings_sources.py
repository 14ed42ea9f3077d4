"""Where settings come from besides the environment: files that it names, and AWS Secrets Manager.

The first that has a setting gives it: the environment, the file in `<NAME>_FILE`, the secret in
`AWS_SECRETS_ID`, `.env`, `run.env`, `secrets.env`, the default. Read once when a process starts;
what goes wrong is a problem of the settings, told without any value.
"""

import json
import os
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

AWS_SECRET = "AWS_SECRETS_ID"  # noqa: S105 - the name of a setting
_LONGEST = 65_536
_MOUNTS = (Path("/run/secrets"), Path("/var/run/secrets"))
"""Where Docker and Kubernetes put secrets, readable for all in a container that is alone."""
_AWS_SECONDS = 5


@dataclass
class Sources:
    """`values`: what was found outside of the environment and the `.env` files, by the setting's
    name in capitals; `origins`: where each setting that is given comes from; `unknown`: names in
    the AWS secret that are no settings of ours; `problems`: (the setting, what is wrong)."""

    values: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def read_sources(
    names: Collection[str], env_files: list[Path], environment: Mapping[str, str] | None = None
) -> Sources:
    """For settings of these names (capitals). `env_files`: the last one counts most."""
    given = os.environ if environment is None else environment
    found = Sources()
    known: dict[str, str] = {}
    for file in env_files:
        for name, value in dotenv_values(file).items():
            if value:
                known[name.upper()] = value
                found.origins[name.upper()] = file.name
    plain = {name.upper(): value for name, value in given.items() if value}
    known |= plain
    _add(found, _from_aws(found, names, known.get(AWS_SECRET, "")), "AWS Secrets Manager")
    _from_files(found, names, known, plain)
    for name in names:
        if name in plain:
            found.values.pop(name, None)
            found.origins[name] = "environment"
    return found


def _add(found: Sources, values: Mapping[str, str], origin: str) -> None:
    found.values |= values
    found.origins |= dict.fromkeys(values, origin)


# --- files -----------------------------------------------------------------------------------


def _from_files(
    found: Sources, names: Collection[str], known: Mapping[str, str], plain: Mapping[str, str]
) -> None:
    """`<NAME>_FILE`, unless that is a setting of its own."""
    for name in names:
        by = f"{name}_FILE"
        if by not in known or by in names:
            continue
        if name in plain:
            found.problems.append((name, f"and {by} are both given: one of them must go"))
            continue
        file = Path(known[by])
        try:
            _add(found, {name: _content(file)}, f"file {file}")
        except _BadFile as bad:
            found.problems.append((by, f"names {file}, which {bad}"))


class _BadFile(Exception):
    """It can't be used; the text says why."""


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            _check_mode(file, os.fstat(opened.fileno()))
            raw = opened.read(_LONGEST + 1)
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise _BadFile(f"can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _BadFile("isn't UTF-8") from None
    if len(raw) > _LONGEST:
        raise _BadFile(f"is longer than {_LONGEST} bytes")
    if not text.strip() or "\0" in text:
        raise _BadFile("is empty" if not text.strip() else "holds a zero byte")
    return text


def _check_mode(file: Path, seen: os.stat_result) -> None:
    if not stat.S_ISREG(seen.st_mode):
        raise _BadFile("is no plain file")
    if seen.st_uid not in {0, os.geteuid()}:
        raise _BadFile("belongs to another user")
    if seen.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _BadFile("others may write: chmod go-w")
    mounted = any(mount in file.absolute().parents for mount in _MOUNTS)
    if seen.st_mode & stat.S_IROTH and not mounted:
        raise _BadFile("everybody may read: chmod o-r")


# --- AWS Secrets Manager ---------------------------------------------------------------------


def _from_aws(found: Sources, names: Collection[str], secret: str) -> dict[str, str]:
    """The settings in a JSON secret. Region, endpoint and credentials are found by AWS's own
    rules."""
    if not secret:
        return {}
    try:
        told = json.loads(_aws_text(secret))
    except _NotGiven as why:
        found.problems.append((AWS_SECRET, str(why)))
        return {}
    except ValueError:
        found.problems.append((AWS_SECRET, "names a secret that isn't JSON"))
        return {}
    if not isinstance(told, dict):
        found.problems.append((AWS_SECRET, "names a secret that is no JSON object"))
        return {}
    return _settings_in(found, names, told)


def _settings_in(found: Sources, names: Collection[str], told: Mapping[str, Any]) -> dict[str, str]:
    values = {}
    for key, value in told.items():
        name = key.upper()
        if name not in names:
            found.unknown.append(key)
        elif not isinstance(value, str):
            found.problems.append((name, "is no text in the AWS secret"))
        elif value:
            values[name] = value
    return values


class _NotGiven(Exception):
    """Secrets Manager gave nothing; the text says why, and holds nothing of a secret."""


def _aws_text(secret: str) -> str:
    # Half a second to import, which only those pay who keep their secrets there.
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    patience = Config(
        connect_timeout=_AWS_SECONDS, read_timeout=_AWS_SECONDS, retries={"total_max_attempts": 2}
    )
    try:
        client = boto3.Session().client("secretsmanager", config=patience)
        answer = client.get_secret_value(SecretId=secret)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "no reason")
        raise _NotGiven(f"was refused by Secrets Manager: {code}") from None
    except BotoCoreError as error:
        kind = type(error).__name__
        raise _NotGiven(f"can't be asked for: {_WORDS.get(kind, kind)}") from None
    text = answer.get("SecretString")
    if not isinstance(text, str):
        raise _NotGiven("names a binary secret; a JSON one is wanted")
    return text


_WORDS = {
    "NoRegionError": "no region, AWS_DEFAULT_REGION is missing",
    "NoCredentialsError": "no AWS credentials were found",
    "EndpointConnectionError": "Secrets Manager can't be reached",
    "ConnectTimeoutError": "Secrets Manager can't be reached in time",
    "ReadTimeoutError": "Secrets Manager doesn't answer in time",
}
