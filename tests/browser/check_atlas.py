"""The atlas in a real browser: every page opens, formulas are drawn, no link is broken, a phone shows it, the search finds.

Not among the tests, for it takes Chromium and the atlas: `spectral-ssl atlas`, then `pytest tests/browser/check_atlas.py`.
"""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from derivations.catalogue import results

ATLAS = Path(__file__).parents[2] / "build" / "atlas"
PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the browser sees, of all pages in one run."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "Chromium is not installed; on Debian: apt-get install chromium"
    pages = sorted(ATLAS.glob("*.html"))
    assert pages, f"there is no atlas in {ATLAS}; `spectral-ssl atlas` writes it"
    place = tmp_path_factory.mktemp("browser")
    harness = place / "harness.html"
    source = Path(__file__).with_name("harness.html").read_text(encoding="utf-8")
    harness.write_text(source.replace("/*PAGES*/[]", json.dumps([page.as_uri() for page in pages])), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom"]
    options += [f"--user-data-dir={place}", "--virtual-time-budget=600000", "--host-resolver-rules=MAP * ~NOTFOUND"]
    done = subprocess.run(
        [browser, *options, harness.as_uri()], capture_output=True, text=True, timeout=300, check=True
    )
    told = re.search(r'<script type="application/json" id="found">(.*?)</script>', done.stdout, flags=re.DOTALL)
    assert told, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(unescape(told[1]))


@pytest.fixture(scope="module")
def pages(found):
    assert not found["errors"]
    return found["pages"]


def test_every_page_opens_and_is_styled(pages):
    assert len(pages) == 2 * len([*ATLAS.glob("*.html")])
    for name, page in pages.items():
        assert page["title"], name
        assert page["heading"], name
        assert page["styled"], name
    assert {f"{id}.html {PHONE}" for id in results()} <= pages.keys()


def test_formulas_are_drawn(pages):
    for name, page in pages.items():
        assert page["empty"] == page["overlapping"] == 0, name
        if name.split(".html")[0] in results():
            assert page["formulas"], name
    assert sum(page["formulas"] for page in pages.values()) > 10_000


def test_no_link_is_broken_and_none_leaves_the_disk(pages):
    places = {}
    for file in ATLAS.glob("*.html"):
        places[file.name] = set(re.findall(r'\bid="([^"]*)"', file.read_text(encoding="utf-8")))
    for name, page in pages.items():
        own = name.split(" ")[0]
        for address in [*page["links"], *page["sources"]]:
            file, _, place = address.partition("#")
            assert "//" not in address, (name, address)
            assert (ATLAS / (file or own)).is_file(), (name, address)
            assert not place or place in places[file or own], (name, address)


def test_a_phone_shows_every_page_without_scrolling_sideways(pages):
    for name, page in pages.items():
        assert page["wider"] <= 0, name
        assert page["letters"] >= 16, name


def test_the_search_finds_by_id_and_by_title(found):
    searches = found["searches"]
    assert searches["vicreg-optimum"] == ["vicreg-optimum"]
    assert "vicreg-strict-saddles" in searches["VICREG saddle"]
    assert searches["nothing has this id"] == []
    assert sorted(searches[""]) == sorted(results())


def test_every_result_is_reached_from_the_map_and_from_the_list(pages):
    for name in (f"map.html {DESK}", f"index.html {DESK}"):
        assert {f"{id}.html" for id in results()} <= set(pages[name]["links"])
