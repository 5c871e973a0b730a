"""The rules of the house that no tool checks by itself. Each failure says what to do."""

from __future__ import annotations

import ast
import importlib
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from email.utils import getaddresses
from importlib.metadata import distribution, packages_distributions, version
from itertools import pairwise
from pathlib import Path

import click
import pytest

import connectors
import plugin_backend
from plugin_backend.cli import cli
from plugin_backend.domain.advice import Verdict
from plugin_backend.domain.readings import Stage, Standing
from plugin_backend.domain.tags import Channel, Substance
from plugin_backend.settings import ENV_PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("connectors", "plugin_backend")
MANY_LINES = 400

FLOORS = {
    "authlib": (1, 6, 11),
    "cryptography": (46,),
    "httplib2": (0, 32, 1),
    "pyjwt": (2, 10, 1),
    "urllib3": (2, 7, 0),
    "werkzeug": (3, 0, 6),
}
"""The versions below which a known hole is open. A person looks at this table every month; docs/operating.md says how."""

NOT_IMPORTED = {"google-api-python-client", "msal", "tzdata"}
"""The doors to Gmail and Outlook, and signing in, will be built on the first two; the last is data that zoneinfo finds by itself."""

SQLITE_FLOOR = (3, 51, 3)
"""Below it a WAL may be reset under a second connection (docs/decisions/0002)."""

JUDGING_WORDS = re.compile(
    r"\b(scores?|scoring|rank(s|ed|ing)?|leader-?board|league table|top \d+|best contacts?|weak(est)? contacts?|strong(est)? contacts?|"
    r"hot leads?|leads?|prospects?|targets?|boost your|ninja|guru)\b",
    re.IGNORECASE,
)
SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore)")
SILENCED_WITH_A_REASON = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\]) +(-|#) \w+")
ALLOWED_PHRASES = re.compile(r"no scores?(( and)?,? no rank(ing|s)?)?|neither scored? nor ranked", re.IGNORECASE)


def modules() -> Iterator[Path]:
    """Every module that is shipped."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def written_files() -> Iterator[Path]:
    """Every text file of the checkout that a person wrote; nothing that a tool left behind."""
    folders = ("connectors", "plugin_backend", "tests", "benchmarks", "docs", "manifests", ".ci")
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            left_behind = {"__pycache__", "node_modules"} & set(path.parts)
            if path.is_file() and path.suffix not in {".pyc", ".png", ".npz", ".gz", ".ico", ".bin"} and not left_behind:
                yield path


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def tool(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def beside_python(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


class TestTools:
    """What reads the code finds nothing."""

    def test_ruff(self) -> None:
        """The style holds."""
        done = tool(sys.executable, "-m", "ruff", "check", ".")

        assert done.returncode == 0, done.stdout

    def test_mypy(self) -> None:
        """The types hold, strictly, also in tests and benchmarks."""
        done = tool(sys.executable, "-m", "mypy")

        assert done.returncode == 0, done.stdout

    def test_import_contracts(self) -> None:
        """Imports go down only."""
        done = tool(beside_python("lint-imports"), "--no-cache")

        assert done.returncode == 0, done.stdout

    def test_every_silenced_finding_has_a_reason(self) -> None:
        """A `noqa` or `type: ignore` names what it silences and says why in words."""
        bare = [
            f"{path.relative_to(ROOT)}:{number}"
            for path in written_files()
            if path.suffix == ".py" and path != Path(__file__)
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if SILENCED.search(line) and not SILENCED_WITH_A_REASON.search(line)
        ]

        assert bare == []


def imported_names() -> set[str]:
    """The top-level names that the shipped modules import, also by name at run time, or run as `python -m`."""
    names = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
                names |= {str(each.value).partition(".")[0] for each in node.args if isinstance(each, ast.Constant)}
            elif isinstance(node, ast.List):
                words = [each.value if isinstance(each, ast.Constant) else None for each in node.elts]
                names |= {str(program) for option, program in pairwise(words) if option == "-m"}
    return names


class TestConnectorsIsOurs:
    """`connectors` is a very general name: it must be ours and nobody else's."""

    def test_it_is_this_checkout_or_this_wheel(self) -> None:
        """The two packages lie beside each other, and neither is a namespace made of tests."""
        assert connectors.__file__ is not None
        assert plugin_backend.__file__ is not None
        assert Path(connectors.__file__).parent.parent == Path(plugin_backend.__file__).parent.parent

    def test_no_other_distribution_owns_the_name(self) -> None:
        """No foreign wheel has put its own `connectors` into this environment."""
        owners = set(packages_distributions().get("connectors", ["acquaint"]))

        assert owners == {"acquaint"}

    def test_google_is_still_google(self) -> None:
        """A folder `connectors/google` does not hide Google's own package."""
        google_auth = importlib.import_module("google.auth")

        assert google_auth.__file__ is not None
        assert not Path(google_auth.__file__).is_relative_to(ROOT / "connectors")


class TestVersions:
    """Nothing installed is older than the fix of a hole that is known."""

    @pytest.mark.parametrize("package", sorted(FLOORS))
    def test_floor(self, package: str) -> None:
        """The installed version is at or above its floor."""
        installed = tuple(int(part) for part in re.findall(r"\d+", version(package))[:3])

        assert installed >= FLOORS[package]

    def test_sqlite(self) -> None:
        """Where our dependency brings an SQLite, it is one without the WAL-reset bug."""
        if sys.platform != "linux" or platform.machine() != "x86_64":
            pytest.skip("no packaged SQLite for this machine: `acquaint doctor` tells which one serves")

        packaged = importlib.import_module("pysqlite3")

        assert packaged.sqlite_version_info >= SQLITE_FLOOR

    def test_every_dependency_is_used(self) -> None:
        """What is installed with the product is imported by it; the doors of later versions are the exception."""
        names = packages_distributions()
        imported = {owner.lower() for name in imported_names() for owner in names.get(name, ())}
        plain = [each for each in distribution("acquaint").requires or [] if "extra ==" not in each]
        needed = {re.split(r"[\s<>=\[;!~]", each, maxsplit=1)[0] for each in plain}

        assert sorted(needed - imported - NOT_IMPORTED) == []

    def test_every_dependency_has_its_reason(self) -> None:
        """Each dependency has its row in the decision about libraries."""
        reasons = text_of("docs/decisions/0001-libraries.md")
        needed = {re.split(r"[\s<>=\[;!~]", each, maxsplit=1)[0] for each in distribution("acquaint").requires or []} - {"acquaint"}

        assert [each for each in sorted(needed) if f"| {each}" not in reasons] == []


def test_a_spoofed_sender_is_not_taken_for_another() -> None:
    """CVE-2023-27043: on older Pythons `parseaddr` reads a comment as an address; the mail reader does not believe it."""
    from_field = "alice@example.org)bob@evil.example"
    mail = importlib.import_module("connectors.reading.mail")
    head = ("To: you@example.net", "Date: Mon, 2 Mar 2026 09:00:00 +0000", "Message-ID: <x@y>")
    raw = "\r\n".join((f"From: {from_field}", *head, "", "Hello", "")).encode()

    exchange = mail.read_message(raw, where="spoofed.eml")

    assert "alice@example.org" not in {seat.address for seat in exchange.participants}, getaddresses([from_field])


class TestWords:
    """The words of the subject are in the glossary and in the tests, and the screens speak calmly."""

    @pytest.mark.parametrize("word", [*Channel, *Substance, *Stage, *Standing, *Verdict], ids=str)
    def test_in_the_glossary(self, word: Channel | Substance | Stage | Standing | Verdict) -> None:
        """Every stored value is explained in docs/glossary.md."""
        assert f"`{word.value}`" in text_of("docs/glossary.md")

    @pytest.mark.parametrize("word", [*Channel, *Substance], ids=str)
    def test_in_the_tests_of_the_classifier(self, word: Channel | Substance) -> None:
        """Every channel and substance is expected of some labelled text."""
        assert expected_in(word, "tests/domain/corpus", "tests/domain/classifier"), "add a labelled example to tests/domain/corpus"

    @pytest.mark.parametrize("word", [*Stage, *Standing, *Verdict], ids=str)
    def test_in_the_tests_of_the_rules(self, word: Stage | Standing | Verdict) -> None:
        """Every stage, standing and verdict is expected somewhere in the tests of the rules."""
        assert expected_in(word, "tests/domain"), "add a golden dyad to tests/domain/dyads"

    def test_no_judging_words_on_screens(self) -> None:
        """Templates and scripts speak of evidence, not of people's worth."""
        found = [
            f"{path.relative_to(ROOT)}: {match[0]}"
            for path in sorted((ROOT / "plugin_backend/web").rglob("*"))
            if path.suffix == ".html"
            for match in JUDGING_WORDS.finditer(visible_text(path.read_text(encoding="utf-8")))
        ]

        assert found == []

    def test_no_judging_words_in_sentences(self) -> None:
        """The sentences that the product makes speak of evidence, not of people's worth."""
        found = [
            f"{path.relative_to(ROOT)}:{line}: {match[0]} in {sentence[:80]!r}"
            for path in modules()
            if path.is_relative_to(ROOT / "plugin_backend") and "classifier" not in path.parts and "demo" not in path.parts
            for line, sentence in spoken_strings(path)
            for match in JUDGING_WORDS.finditer(ALLOWED_PHRASES.sub("", sentence))
        ]

        assert found == []


def expected_in(word: Channel | Substance | Stage | Standing | Verdict, *folders: str) -> bool:
    """Whether a test or its data spells a word of the subject."""
    spelled = re.compile(rf'"{word.value}"|{type(word).__name__}\.{word.name}\b')
    cases = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".json"})
    return any(spelled.search(path.read_text(encoding="utf-8")) for path in cases)


def visible_text(template: str) -> str:
    """What a template shows: without its tags, comments and expressions."""
    bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<[^>]*>", " ", template, flags=re.DOTALL)
    return ALLOWED_PHRASES.sub("", bare)


def spoken_strings(path: Path) -> Iterator[tuple[int, str]]:
    """Literals that look like sentences (two words or more), without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation and node.value.count(" ") > 1:
            yield node.lineno, node.value


class TestMap:
    """docs/map.md is true."""

    def test_long_files_have_a_reason(self) -> None:
        """A file of more than 400 lines is one room with one purpose, and docs/map.md says why it is long."""
        reasons = text_of("docs/map.md").partition("## Long files")[2]
        long_ones = [str(path.relative_to(ROOT)) for path in modules() if path.read_text(encoding="utf-8").count("\n") > MANY_LINES]

        assert [each for each in long_ones if f"`{each}`" not in reasons] == []

    def test_every_decision_is_on_the_map(self) -> None:
        """Each decision is linked from the map, numbered without a gap, and says what was decided and what would change it."""
        decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
        overview = text_of("docs/map.md")

        assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
        for path in decisions:
            text = path.read_text(encoding="utf-8")
            assert f"decisions/{path.name}" in overview, f"link {path.name} from docs/map.md"
            assert "## Decision" in text, path.name
            assert "## What would change it" in text, path.name

    def test_links_lead_somewhere(self) -> None:
        """Every relative link of the documents leads to a file that is there."""
        lost = [
            f"{path.relative_to(ROOT)} -> {target}"
            for path in written_files()
            if path.suffix == ".md"
            for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
            if not (path.parent / target).exists()
        ]

        assert lost == []


class TestReadme:
    """What the README says can be done."""

    def test_commands_exist(self) -> None:
        """Every `acquaint` command and option of the documents is one that the command line has."""
        unknown = [
            f"{path.relative_to(ROOT)}: {line.strip()}"
            for path in written_files()
            if path.suffix == ".md"
            for line in commands_in(path.read_text(encoding="utf-8"))
            if not known_command(line)
        ]

        assert unknown == []

    def test_every_command_is_in_the_readme(self) -> None:
        """The README's table has every command."""
        readme = text_of("README.md")

        assert [name for name in cli.list_commands(click.Context(cli)) if f"`acquaint {name}" not in readme] == []

    def test_every_setting_is_documented(self) -> None:
        """docs/operating.md explains every setting."""
        operating = text_of("docs/operating.md")

        assert [name for name in Settings.model_fields if f"`{ENV_PREFIX}{name.upper()}`" not in operating] == []

    def test_make_targets_exist(self) -> None:
        """Every `make` target the documents name is in the Makefile."""
        targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
        documents = [path.read_text(encoding="utf-8") for path in written_files() if path.suffix == ".md"]
        named = {name for document in documents for name in re.findall(r"`make (\w+)", document)}

        assert named <= targets

    def test_it_has_the_two_commands_that_ci_runs(self) -> None:
        """`.ci/run` takes its commands from the README: each marker is followed by a block of one line."""
        readme = text_of("README.md")

        for name in ("demo", "test"):
            block = re.search(rf"<!-- command: {name} -->\n```sh\n([^\n]+)\n```", readme)
            assert block is not None, name


def commands_in(document: str) -> Iterator[str]:
    """The lines of a document's code that call `acquaint`."""
    for code in re.findall(r"```(?:sh|console)?\n(.*?)```|`(acquaint [^`]+)`", document, re.DOTALL):
        for line in "".join(code).splitlines():
            if re.match(r"\s*(\$ )?(\S*/)?acquaint \w", line):
                yield line


def known_command(line: str) -> bool:
    """Whether a command line's words name a command, its subcommand and options that exist."""
    words = re.sub(r".*?acquaint ", "", line, count=1).partition("#")[0].split()
    command: click.Command = cli
    while words and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return command is not cli and words[0] in {"...", "…"}
        command = found
        words = words[1:]
    options = {spelled for parameter in command.params for spelled in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    return all(word.strip("[].,…").partition("=")[0] in options for word in words if word.lstrip("[").startswith("--"))


class TestNothingLeaks:
    """The repository holds nothing of the machines it was made on."""

    def test_no_paths_of_a_machine(self) -> None:
        """No file names a folder that only one machine has."""
        private = re.compile("|".join(("/" + "work/", "/" + "root/", r"/home/(?!you\b)\w", r"/Users/(?!you\b)\w", "/tmp" + "/brief")))
        found = [
            f"{path.relative_to(ROOT)}: {match[0]}"
            for path in written_files()
            if path.name != "LICENSE"
            for match in private.finditer(path.read_text(encoding="utf-8", errors="replace"))
        ]

        assert found == []

    def test_lock_is_from_the_public_index(self) -> None:
        """uv.lock names PyPI and no mirror."""
        sources = set(re.findall(r'registry = "([^"]+)"', text_of("uv.lock")))

        assert sources == {"https://pypi.org/simple"}

    def test_nothing_left_open(self) -> None:
        """No stub and no note to self is left in what is shipped."""
        marks = re.compile("TO" + r"DO\b|FIX" + r"ME\b|X" + r"XX\b|raise Not" + "ImplementedError|pragma: no" + " cover")
        found = [
            f"{path.relative_to(ROOT)}: {match[0]}" for path in modules() for match in marks.finditer(path.read_text(encoding="utf-8"))
        ]

        assert found == []
