"""What rests on what, as SVG: proved results in boxes, cited lemmas rounded and grey, refuted claims red and dashed."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from derivations.export.graph.dependencies import CITED, PROVED, REFUTED, dependents
from derivations.export.graph.layered import layered
from derivations.proof.verify import IN_PART

LETTER, LINE, PADDING = 6.3, 14.0, 6.0  # of text of 11 px, in px
COLUMN, GAP, MARGIN = 72.0, 7.0, 16.0
WORDS = 36  # letters on a line of a claim
LEAST, OF_ROWS = 400.0, 1040.0  # how wide the picture is at least, and with rows of boxes below it
ALONE = "Proved from the rules alone, and used by no other result"
STYLE = """
svg { background: #fff; font: 11px "DejaVu Sans", Verdana, sans-serif; }
.edge { fill: none; stroke: #7a8791; stroke-width: 0.9; }
.edge.refuted { stroke: #b3261e; stroke-dasharray: 4 3; }
.node rect { stroke-width: 1.2; }
.proved rect { fill: #fff; stroke: #0a5a8a; }
.part rect { fill: #fff; stroke: #0a5a8a; stroke-dasharray: 7 2; }
.cited rect { fill: #ececec; stroke: #767676; }
.refuted rect { fill: #fff4f2; stroke: #b3261e; stroke-dasharray: 4 3; }
.cited text { font-style: italic; }
.refuted text { fill: #8c1d18; }
a:hover rect { stroke-width: 2.5; }
.heading { font-weight: bold; }
""".strip()
KINDS = {PROVED: "proved", IN_PART: "part", CITED: "cited", REFUTED: "refuted"}
LEGEND = {
    PROVED: "proved",
    IN_PART: "proved in part",
    CITED: "cited from the literature",
    REFUTED: "claim that is refuted",
}


def graph(nodes, link=None):
    """The SVG of some nodes (see derivations.export.graph.dependencies), what rests on others to the right of them.

    `link(id)` gives the address of a node, or None. Results that neither rest on others nor are rested on stand below.
    """
    over = dependents(nodes)
    tied = {id: n for id, n in nodes.items() if n.rests_on or over[id]}
    alone = [n for id, n in nodes.items() if id not in tied]
    boxes = {id: _Box(n) for id, n in nodes.items()}
    laid = layered({id: n.rests_on for id, n in tied.items()}, {id: boxes[id].height for id in tied}, GAP)
    lefts, right = _lefts(laid.columns, boxes)
    edges = [_edge(nodes[a], boxes[b], path, lefts) for (a, b), path in laid.paths.items()]
    body = [boxes[id].drawn(lefts[laid.columns[id]], y, link) for id, y in laid.heights.items()]
    bottom = max((y + boxes[id].height / 2 for id, y in laid.heights.items()), default=0.0)
    width = max(right, OF_ROWS) if alone else right
    if alone:
        lines, bottom = _rows(alone, boxes, width, bottom + (3 * LINE if tied else 0), link)
        body += lines
    lines, bottom = _legend({n.status for n in nodes.values()}, bottom + 2 * LINE)
    width, height = max(width, LEAST) + 2 * MARGIN, bottom + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-MARGIN:g} {-MARGIN:g} {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" role="img">',
            "<title>What rests on what</title>",
            f"<style>{STYLE}</style>",
            *edges,
            *body,
            *lines,
            "</svg>",
            "",
        ]
    )


class _Box:
    """A node as it is drawn: lines of text in a rectangle."""

    def __init__(self, node):
        self.node = node
        self.lines = wrap(f"“{node.title.rstrip('.')}”", WORDS) if node.status == REFUTED else [node.id]
        self.width = LETTER * max(map(len, self.lines)) + 2 * PADDING
        self.height = LINE * len(self.lines) + PADDING

    def drawn(self, left, y, link):
        """The box with its left edge at `left` and its middle at `y`."""
        top = y - self.height / 2
        texts = [
            f'<text x="{left + PADDING:.1f}" y="{top + PADDING / 2 + LINE * (n + 0.75):.1f}">{escape(line)}</text>'
            for n, line in enumerate(self.lines)
        ]
        shape = (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{self.width:.1f}" height="{self.height:.1f}" '
            f'rx="{_corners(self.node.status)}"/>'
        )
        said = f"<title>{escape(self.node.title)}</title>"
        drawn = f'<g class="node {KINDS[self.node.status]}">{said}{shape}{"".join(texts)}</g>'
        address = link and link(self.node.id)
        return f'<a href="{escape(address)}">{drawn}</a>' if address else drawn


def _corners(status):
    """The radius of the corners of a box."""
    return 9 if status == CITED else 2


def _lefts(columns, boxes):
    """The left edges of the columns, and where the last one ends."""
    lefts, left = [], 0.0
    for column in range(max(columns.values(), default=-1) + 1):
        lefts.append(left)
        left += max((boxes[id].width for id, c in columns.items() if c == column), default=0.0) + COLUMN
    return lefts, left - COLUMN


def _edge(node, under, path, lefts):
    """A line from the right side of what is rested on to the left side of the node: level in columns, a curve between them."""
    column, y = path[0]
    drawn = [f"M{lefts[column] + under.width:.1f} {y:.1f}"]
    for column, next_y in path[1:]:
        x, next_x = lefts[column] - COLUMN, lefts[column]
        middle = (x + next_x) / 2
        drawn.append(f"H{x:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {next_y:.1f} {next_x:.1f} {next_y:.1f}")
        y = next_y
    kind = "edge refuted" if node.status == REFUTED else "edge"
    return f'<path class="{kind}" d="{"".join(drawn)}"/>'


def _rows(alone, boxes, width, top, link):
    """Boxes side by side under a heading, and where they end."""
    lines = [f'<text class="heading" x="0" y="{top:.1f}">{ALONE}</text>']
    x, y = 0.0, top + 1.5 * LINE
    for node in alone:
        box = boxes[node.id]
        if x and x + box.width > width:
            x, y = 0.0, y + box.height + GAP
        lines.append(box.drawn(x, y, link))
        x += box.width + GAP
    return lines, y + LINE


def _legend(statuses, y):
    lines, x = [], 0.0
    for status, words in LEGEND.items():
        if status in statuses:
            lines.append(
                f'<g class="node {KINDS[status]}"><rect x="{x:.1f}" y="{y - LINE:.1f}" width="26" height="18" '
                f'rx="{_corners(status)}"/><text x="{x + 32:.1f}" y="{y:.1f}">{words}</text></g>'
            )
            x += 32 + LETTER * len(words) + 24
    return lines, y
