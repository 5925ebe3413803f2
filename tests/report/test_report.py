# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that the playbook report writes, as a browser has it. Its pictures are in .build/report, for a look."""

import html
import json
import os
import re
import struct
import subprocess
from pathlib import Path

import jinja2
import pytest
from ansible_collections.warren.tunnels.plugins.plugin_utils import _fleet, _fleet_findings, _fleet_page

ROLE = Path(__file__).parents[2] / "roles" / "tunnels"
PICTURES = Path(os.environ["REPORT_PICTURES"])
BROWSER = "chromium-headless-shell"
WIDTH = 1280
SIZES = (2, 20, 500)

# Run when the page is complete: what a person would see, and what the browser fetched or complained of.
PROBE = """
<script>
addEventListener("load", () => {
  const count = (selector) => document.querySelectorAll(selector).length;
  const box = (selector) => { const { width, height } = document.querySelector(selector).getBoundingClientRect(); return [width, height]; };
  const outside = [...document.querySelectorAll("h1, h2, p, summary, .card, svg")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  const told = {
    fetched: performance.getEntriesByType("resource").map((entry) => entry.name),
    troubles: window.troubles,
    cards: [...document.querySelectorAll(".card")].map((card) => card.textContent),
    nodes: count("#graph .node"),
    labels: count("#graph > svg > text"),
    edges: count("#graph > svg > g"),
    paths: count("#graph > svg > path"),
    faults: count("#faults li"),
    hosts: count("#hosts > details"),
    open: count("#hosts > details[open]"),
    rows: count("#hosts tbody tr"),
    cells: count("#matrix td"),
    graph: box("#graph > svg"),
    matrix: box("#matrix > svg, #matrix table"),
    marks: [...document.querySelectorAll("#matrix .mark, #matrix td.down")].map((mark) => mark.getBoundingClientRect().width),
    outside: outside.map((one) => one.tagName + " " + one.textContent.slice(0, 40)),
    height: document.documentElement.scrollHeight,
  };
  const pre = document.createElement("pre");
  pre.id = "told";
  pre.hidden = true;
  pre.textContent = JSON.stringify(told);
  document.body.append(pre);
});
</script>
"""
LISTEN = """
<script>
window.troubles = [];
addEventListener("error", (event) => troubles.push(event.message));
addEventListener("securitypolicyviolation", (event) => troubles.push("refused: " + event.blockedURI));
</script>
"""


def probe(asked, good):
    """What tunnel_probe returns."""
    return {
        "holds": good,
        "msg": f"{asked['label']} {'answers' if good else 'does not answer'}",
        "reachable": good,
        "sent": 3,
        "loss": 0.0 if good else 100.0,
        "rtt": {"avg": 0.25} if good else None,
        "incoming": 6 if good else 0,
        "path_mtu": 1472 if good else None,
        "outer": {"protocol": "gre"},
    }


def findings(count):
    """Return what is found of a full mesh one of whose tunnels is down, and of a host that was not reached, if there are many."""
    names = [f"host{number}" for number in range(1, count + 1)]
    where = {name: {"ansible_host": f"172.16.{number // 250}.{number % 250 + 1}"} for number, name in enumerate(names)}
    mesh = {"name": "core", "mode": "gre", "topology": "full", "group": "all", "pool": "10.0.0.0/8"}
    fleet = _fleet.read([], [mesh], where, {"all": names})
    observed, broken = {}, names[(count - 1) // 2 :][:2]
    for name in names:
        share = fleet.share(name)
        probes = [
            probe(asked, name not in broken or asked["label"].split()[-1] not in broken) for asked in share["probes"]
        ]
        links = [{"kind": "gre", "up": True, **link} for link in share["links"]]
        observed[name] = {"share": share, "probes": probes, "links": links}
    if count > SIZES[0]:
        observed["host1"] = {"share": observed["host1"]["share"]}
    return _fleet_findings.findings(observed)


def page(found):
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROLE / "templates"), autoescape=jinja2.select_autoescape([])
    )
    environment.filters["warren.tunnels.fleet_page"] = _fleet_page.page
    environment.filters["to_json"] = json.dumps
    return environment.get_template("report.html.j2").render(
        __tunnels_found_out=found,
        __tunnels_time="26 November 2026 at 20:00 UTC",
        lookup=lambda _plugin, name: (ROLE / "files" / name).read_text(encoding="utf-8"),
    )


def browse(*arguments):
    # In a network namespace of its own, where nothing can be fetched from anywhere.
    command = ["unshare", "--user", "--net", BROWSER, "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300).stdout


@pytest.fixture(scope="module", params=SIZES)
def shown(request):
    """A page, what the browser tells of it, and the size of its picture."""
    count = request.param
    PICTURES.mkdir(parents=True, exist_ok=True)
    text = page(findings(count))
    file, picture = PICTURES / f"{count}.html", PICTURES / f"{count}.png"
    file.write_text(text.replace("<body>", "<body>" + LISTEN).replace("</body>", PROBE + "</body>"), encoding="utf-8")
    dumped = browse(f"--window-size={WIDTH},1000", "--dump-dom", file.as_uri()).decode()
    told = json.loads(html.unescape(re.search(r'<pre id="told"[^>]*>(.*?)</pre>', dumped, re.DOTALL)[1]))
    height = min(told["height"], 6000)
    browse(f"--window-size={WIDTH},{height}", f"--screenshot={picture}", file.as_uri())
    return count, text, told, height, picture.read_bytes()


def test_nothing_is_fetched_and_nothing_fails(shown):
    _count, text, told, _height, _picture = shown
    assert told["fetched"] == told["troubles"] == []
    assert re.search(r"(src|href)=|@import|url\(", text) is None


def test_all_of_the_fleet_is_there(shown):
    count, _text, told, _height, _picture = shown
    tunnels = count * (count - 1) // 2
    up = max(tunnels - 1, 0)
    assert told["cards"] == [
        f"{count}hosts",
        f"{tunnels}tunnel" + "s" * (tunnels > 1),
        f"{up}✓ up",
        "1✕ down",
    ]
    assert (told["nodes"], told["hosts"]) == (count, count)
    assert told["faults"] == (1 if count == SIZES[0] else 2)


DRAWN = {
    2: {"labels": 2, "edges": 1, "open": 2, "rows": 2, "cells": 4},
    20: {"labels": 20, "edges": 190, "open": 0, "rows": 0, "cells": 0},
    # Of so many tunnels, only what is not up; of so many hosts, the names of those with trouble, but not of neighbours.
    500: {"labels": 2, "edges": 0, "paths": 1, "open": 0, "rows": 0, "cells": 0},
}


def test_as_much_is_drawn_as_can_be_read(shown):
    count, _text, told, _height, _picture = shown
    assert {name: told[name] for name in DRAWN[count]} == DRAWN[count]


def test_one_tunnel_that_is_down_can_be_seen_among_all_others(shown):
    _count, _text, told, _height, _picture = shown
    assert max(told["marks"]) >= 9


def test_it_fits_on_the_screen(shown):
    _count, _text, told, _height, _picture = shown
    assert told["outside"] == []
    assert 150 <= told["graph"][0] <= WIDTH
    assert told["graph"][1] >= 150
    assert told["matrix"][0] >= 100


def test_the_picture_has_the_whole_page_and_is_not_blank(shown):
    count, _text, _told, height, picture = shown
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (WIDTH, height)
    # One colour would take a hundredth of it.
    assert len(picture) > {2: 10_000, 20: 40_000, 500: 40_000}[count]
