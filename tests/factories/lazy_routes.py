"""Applications whose routes learn to build their address when it is first asked for.

werkzeug compiles two functions for each route, in which most of the time goes that an application
takes to be made. The tests make hundreds of applications and build few addresses in each.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule

_Build = Callable[..., tuple[str, str]]
_compile_builder = Rule._compile_builder


def compile_routes_when_asked() -> None:
    """From now on, in this process."""

    def lazily(rule: Rule, append_unknown: bool = True) -> _Build:
        compiled = cache(lambda: _compile_builder(rule, append_unknown))

        def build(of: Rule, *args: Any, **values: Any) -> tuple[str, str]:
            return compiled()(of, *args, **values)

        return build

    Rule._compile_builder = lazily  # type: ignore[method-assign]
