"""Fetches the files of others that the back-office and the API serve, by npm, and writes
docs/vendored.md.

Run by `make vendored` (needs the network and npm). To change a version or to add an icon, change
the tables here and run it again; a test compares the files with the sums in the document.
"""

import base64
import hashlib
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "app/web/backoffice/static/vendor"
API = ROOT / "app/web/api/static/vendor"
TESTS = ROOT / "tests/browser/vendor"
DOCUMENT = ROOT / "docs/vendored.md"


@dataclass(frozen=True)
class Package:
    """A package of npm; `files` are paths inside it, `called` the name of its folder here."""

    name: str
    version: str
    licence: str
    files: tuple[str, ...]
    folder: Path = STATIC
    called: str = ""

    @property
    def target(self) -> Path:
        return self.folder / f"{self.called or self.name}-{self.version}"


PACKAGES = (
    Package("bootstrap", "5.3.9", "MIT", ("LICENSE", "dist/css/bootstrap.min.css")),
    Package("bootstrap-icons", "1.13.2", "MIT", ("LICENSE",)),
    Package("htmx.org", "4.0.1", "0BSD", ("LICENSE", "dist/htmx.min.js"), called="htmx"),
    Package("uplot", "1.6.32", "MIT",
            ("LICENSE", "dist/uPlot.iife.min.js", "dist/uPlot.min.css")),
    Package("swagger-ui-dist", "5.35.0", "Apache-2.0",
            ("LICENSE", "NOTICE", "swagger-ui-bundle.js", "swagger-ui.css"), folder=API),
    Package("axe-core", "4.14.1", "MPL-2.0", ("LICENSE", "LICENSE-3RD-PARTY.txt", "axe.min.js"),
            folder=TESTS),
)  # fmt: skip

ICONS = """
activity arrow-clockwise arrow-counterclockwise arrow-down arrow-left arrow-left-right arrow-repeat
arrow-right arrow-up bank bell box-arrow-down box-arrow-in-down box-arrow-right box-arrow-up
broadcast calendar3 cash-coin cash-stack chat-dots check-circle-fill check2 check2-all check2-square
chevron-down chevron-left chevron-right circle circle-half clipboard clock clock-history
columns-gap credit-card dash-circle diagram-3 download envelope exclamation-octagon-fill
exclamation-triangle-fill eye eye-slash file-earmark-spreadsheet filetype-csv flag funnel gear
globe2 graph-up hourglass-split house inbox info-circle-fill journal-text key layers
layout-three-columns lightning-charge link-45deg list lock lock-fill moon pause-circle pencil people
person person-badge person-check person-circle person-plus phone play-circle plug plus-lg printer
question-circle-fill receipt search send shield-check shield-lock shop shuffle signpost-split
slash-circle sliders speedometer2 stopwatch sun tags telephone three-dots ticket-perforated toggles
trash unlock upload wallet2 x-circle-fill x-lg x-octagon-fill
""".split()

_SVG = re.compile(r'<svg[^>]* viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)


def main() -> None:
    """Everything anew."""
    with tempfile.TemporaryDirectory() as name:
        for package in PACKAGES:
            _fetch(package, Path(name))
    DOCUMENT.write_text(_document())


def _fetch(package: Package, folder: Path) -> None:
    wanted = f"{package.name}@{package.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
    )  # fmt: skip
    package.target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / packed.stdout.split()[-1]) as tar:
        for path in package.files:
            (package.target / Path(path).name).write_bytes(_read(tar, path))
        if package.name == "bootstrap-icons":
            (package.target / "icons.svg").write_text(_sprite(tar))


def _read(tar: tarfile.TarFile, path: str) -> bytes:
    member = tar.extractfile(f"package/{path}")
    if member is None:
        raise FileNotFoundError(path)
    return member.read()


def _sprite(tar: tarfile.TarFile) -> str:
    symbols = []
    for name in ICONS:
        found = _SVG.search(_read(tar, f"icons/{name}.svg").decode())
        if found is None:
            raise ValueError(name)
        drawing = " ".join(found[2].split())
        symbols.append(f'<symbol id="{name}" viewBox="{found[1]}">{drawing}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _document() -> str:
    rows = [
        f"| {package.name} | {package.version} | {package.licence} | `{path.relative_to(ROOT)}` "
        f"| `{_sum(path)}` |"
        for package in PACKAGES
        for path in sorted(package.target.iterdir())
    ]
    return _HEAD + "\n".join(rows) + "\n"


def _sum(path: Path) -> str:
    digest = hashlib.sha384(path.read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


_HEAD = """# Files of others

Fetched by npm and kept here unchanged, each beside its licence; `make vendored` fetches them again
and writes this page, and a test compares the files with these sums. The only one that is put
together is `icons.svg`: the drawings of Bootstrap Icons that the pages use, as symbols of one file.
axe-core is used by the tests only and is never served.

| package | version | licence | file | sum |
| --- | --- | --- | --- | --- |
"""


if __name__ == "__main__":
    main()
