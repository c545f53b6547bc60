"""What all pages have alike: the frame, paragraphs and lists, and links between results and lemmas."""

from __future__ import annotations

from html import escape

from derivations.export.atlas.writer import ended, kept_together
from derivations.export.narration import Listing, paragraphs

PAGES = {"index": "Results", "methods": "Methods", "map": "Map", "lemmas": "Cited lemmas"}


def framed(title, body, script="", wide=False):
    """A whole page, of which `body` is the text; a `wide` one fills the window."""
    links = "".join(f'<a href="{name}.html">{words}</a>' for name, words in PAGES.items())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{escape(title)}</title>
<link rel="stylesheet" href="style.css"/>
</head>
<body>
<header><nav>{links}</nav></header>
<main{' class="wide"' if wide else ""}>
{body}
</main>
<footer>Every formula was derived, and every proof checked, by a program.</footer>
{f'<script src="{script}"></script>' if script else ""}
</body>
</html>
"""


def blocks(items):
    """Paragraphs and lists of a narration."""
    out = []
    for item in paragraphs(items):
        if isinstance(item, Listing):
            entries = "\n".join(f"<dt>{label}</dt><dd>{blocks(entry)}</dd>" for label, entry in item.entries)
            out.append(f'<dl class="listing {item.kind}">\n{entries}\n</dl>')
        else:
            out.append(f"<p>{kept_together(ended(' '.join(item)))}</p>")
    return "\n".join(out)


class Links:
    """Addresses of results and lemmas, relative to any page."""

    def __init__(self, results, lemmas):
        self.results, self.lemmas = set(results), set(lemmas)
        if clash := self.results & {*self.lemmas, *PAGES}:
            raise ValueError(f"two pages would be called {', '.join(sorted(clash))}")

    def __call__(self, id):
        """The address, or None where there is no such page."""
        if id in self.results:
            return f"{id}.html"
        return f"lemmas.html#{id}" if id in self.lemmas else None

    def anchors(self, ids):
        """Links side by side."""
        return ", ".join(f'<a class="id" href="{self(id)}">{id}</a>' for id in ids)
