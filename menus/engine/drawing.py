"""The static graph of a machine's states, for people: Mermaid for a page, SVG to look at.

Drawn from what states declare, so nothing has to run. Each flow (the part of an id before its dot)
is a column; within it, states stand in the order in which they are declared.
"""

from collections.abc import Iterable, Mapping
from html import escape

from menus.engine.state import State

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 168, 34, 74, 20, 28
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1d2421; dominant-baseline: middle; }
.flow { font-weight: 600; font-size: 14px; }
rect { rx: 7; fill: #fffdf8; stroke: #7b8a82; }
.route rect { stroke-dasharray: 4 3; fill: #f3f1ec; }
.secret rect { stroke: #b3261e; stroke-width: 1.6; }
.end rect { fill: #e4efe9; }
.walkable rect { stroke: #0b6b4f; stroke-width: 1.6; }
path { fill: none; stroke: #9aa8a1; marker-end: url(#tip); }
path.home { stroke: #d4dad6; }
"""


def mermaid(states: Mapping[str, State]) -> str:
    """A flowchart in Mermaid's language."""
    lines = ["flowchart LR"]
    for flow, members in _flows(states).items():
        lines.append(f"  subgraph {flow}")
        lines += [f"    {_name(state.id)}[{state.id}]" for state in members]
        lines.append("  end")
    for state in states.values():
        lines += [f"  {_name(state.id)} --> {_name(to)}" for to in state.goes if to != state.id]
    return "\n".join(lines) + "\n"


def svg(states: Mapping[str, State], home: str) -> str:
    """The same as a picture. Dashed: shows nothing, leads on. Red: a PIN is typed. Green edge: a
    deep dial walks it. Filled: ends the session."""
    places = _places(states)
    width = _MARGIN + max(x for x, _ in places.values()) + _WIDTH + _MARGIN
    height = _MARGIN + max(y for _, y in places.values()) + _HEIGHT + _MARGIN
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}">'
        ),
        f"<style>{_STYLE}</style>",
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8z" style="fill:#9aa8a1;stroke:none"/></marker></defs>'
        ),
        f'<rect width="{width}" height="{height}" style="fill:#ffffff;stroke:none"/>',
    ]
    parts += [
        _edge(places[state.id], places[to], "home" if to == home else "")
        for state in states.values()
        for to in state.goes
        if to != state.id
    ]
    parts += [_node(state, places[state.id]) for state in states.values()]
    parts += _titles(states, places)
    return "\n".join([*parts, "</svg>", ""])


def _flows(states: Mapping[str, State]) -> dict[str, list[State]]:
    flows: dict[str, list[State]] = {}
    for state in states.values():
        flows.setdefault(state.id.split(".")[0], []).append(state)
    return flows


def _places(states: Mapping[str, State]) -> dict[str, tuple[int, int]]:
    """Columns of flows; short flows share a column so that the picture stays compact."""
    places: dict[str, tuple[int, int]] = {}
    tallest = max(len(members) for members in _flows(states).values())
    column, row = 0, 0
    for members in _flows(states).values():
        if row and row + len(members) + 1 > tallest:
            column, row = column + 1, 0
        for state in members:
            x = _MARGIN + column * (_WIDTH + _GAP_X)
            places[state.id] = (x, _MARGIN + 20 + row * (_HEIGHT + _GAP_Y))
            row += 1
        row += 1
    return places


def _titles(states: Mapping[str, State], places: Mapping[str, tuple[int, int]]) -> Iterable[str]:
    for flow, members in _flows(states).items():
        x, y = places[members[0].id]
        yield f'<text class="flow" x="{x}" y="{y - 13}">{escape(flow)}</text>'


def _node(state: State, place: tuple[int, int]) -> str:
    x, y = place
    kinds = {
        "route": state.screen is None, "secret": state.secret, "walkable": state.walkable,
        "end": not state.goes and not state.back,
    }  # fmt: skip
    named = " ".join(kind for kind, holds in kinds.items() if holds)
    return (
        f'<g class="{named}"><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}"/>'
        f'<text x="{x + 10}" y="{y + _HEIGHT // 2 + 1}">{escape(state.id)}</text></g>'
    )


def _edge(start: tuple[int, int], end: tuple[int, int], kind: str) -> str:
    (x1, y1), (x2, y2) = start, end
    down, up = y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    if x1 == x2:
        bend = x1 + _WIDTH + 14 + abs(y2 - y1) // 9
        points = f"M{x1 + _WIDTH} {down} C{bend} {down} {bend} {up} {x2 + _WIDTH} {up}"
    elif x1 < x2:
        points = f"M{x1 + _WIDTH} {down} C{x1 + _WIDTH + 55} {down} {x2 - 55} {up} {x2} {up}"
    else:
        points = f"M{x1} {down} C{x1 - 45} {down} {x2 + _WIDTH + 45} {up} {x2 + _WIDTH} {up}"
    return f'<path class="{kind}" d="{points}"/>'


def _name(state: str) -> str:
    return state.replace(".", "_")
