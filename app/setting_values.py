"""How settings are read from the environment, whatever part they belong to."""

from typing import Annotated

from pydantic import SecretStr
from pydantic_settings import NoDecode

CommaList = Annotated[tuple[str, ...], NoDecode]


def split(value: object) -> object:
    """A comma list of the environment as a tuple."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def plain(value: str | tuple[str, ...] | SecretStr) -> str | tuple[str, ...]:
    """A setting's value, whether it is a secret or not."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value
