"""Signs across messages: what was passed on inline, links to strange places, source trees."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest

from lure import samples
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.examined import Examined
from vedette.lure.examiner import Examiner, load_knowledge
from vedette.lure.reading import read_mail
from vedette.model.bundled import bundled

FORWARDED = """Have a look at this.

---------- Forwarded message ---------
From: {sender}
Date: Mon, 1 Jun 2026 at 10:00
Subject: A post for you
To: <bob@firm.example>

I am a recruiter at Boeing and have a job offer for you.
"""


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Examiner(load_knowledge(bundled("lures"))) as made:
        yield made


def names(examined: Examined) -> set[str]:
    return {shown.name for shown in examined.assessment.features}


def examined(examiner: Examiner, sender: str, subject: str, text: str) -> Examined:
    return examiner.examine(read_mail(bytes(samples.mail(sender, subject, text)), "a.eml"))


def test_who_wrote_what_was_passed_on_counts(examiner: Examiner) -> None:
    for sender, contradicts in (
        ("Boeing HR <boeing.hr.team@gmail.com>", True),
        ("Boeing HR <hr@boeing.com>", False),
    ):
        text = FORWARDED.format(sender=sender)
        found = examined(examiner, "ann@friend.example", "Fwd: A post for you", text)
        assert ("claim_freemail" in names(found)) == contradicts
        parts = [
            each.part
            for shown in found.assessment.features
            if shown.name == "claim_freemail"
            for each in shown.evidence
        ]
        assert all(part.startswith("forwarded/") for part in parts)


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("A job offer: https://papers.elsewhere.example/x", True),
        ("A job offer of Elsewhere: https://papers.elsewhere.example/x", False),
        ("A job offer of Else Where: https://papers.else-where.example/x", False),
        ("A job offer: https://www.friend.example/x", False),
        ("A job offer: https://github.com/x", False),
        ("A job offer: https://www.boeing.com/x", False),
        ("A job offer: https://zoom.us/j/1", False),
    ],
)
def test_links_to_places_of_which_nothing_is_said(
    examiner: Examiner, text: str, strange: bool
) -> None:
    found = names(examined(examiner, "ann@friend.example", "Hello", text))
    assert ("link_elsewhere" in found) == strange


def project(**files: str) -> set[str]:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    (report,) = inspect_in_process([("task.zip", made.getvalue())])
    return {sign.name for sign in report.signs}


def package(**scripts: str) -> str:
    return json.dumps({"name": "task", "scripts": scripts}, indent=1)


@pytest.mark.parametrize(
    ("files", "signs"),
    [
        ({"package_dot_json": package(test="jest")}, set()),
        ({"package_dot_json": package(prepare="husky install && tsc")}, set()),
        ({"package_dot_json": package(postinstall="node lib/setup.js")}, {"project_hook"}),
        (
            {
                "package_dot_json": package(),
                "vscode__tasks_dot_json": json.dumps(
                    {"tasks": [{"command": "node a.js", "runOptions": {"runOn": "folderOpen"}}]}
                ),
            },
            {"project_hook"},
        ),
        ({"setup_dot_py": "from setuptools import setup\nsetup(name='x')\n"}, set()),
        ({"setup_dot_py": "import os\nos.system('make')\n"}, {"project_hook"}),
        (
            {"docker-compose_dot_yml": "services:\n  a:\n    volumes:\n      - ./src:/app\n"},
            set(),
        ),
        (
            {"docker-compose_dot_yml": "services:\n  a:\n    volumes:\n      - ~/.ssh:/keys\n"},
            {"project_hook"},
        ),
        (
            {"package_dot_json": package(), "src__a_dot_js": "var _0xab12=1;" * 200},
            {"code_obscured"},
        ),
        (
            {"package_dot_json": package(), "src__a_dot_js": f"x('{'a' * 2000}');eval(y)"},
            {"code_obscured"},
        ),
        (
            {"package_dot_json": package(), "dist__a_dot_min_dot_js": "var _0xab12=1;" * 200},
            set(),
        ),
        ({"package_dot_json": package(), "src__a_dot_js": "run(1);\n" * 500}, set()),
    ],
)
def test_source_trees(files: dict[str, str], signs: set[str]) -> None:
    assert project(**files) == {"project_attached"} | signs
