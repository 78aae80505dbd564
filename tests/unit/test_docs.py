"""What the documentation says of settings, codes, commands, sentences and files, held to the program."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

from api.errors import ErrorCode
from api.settings import Settings
from graph.model.problems import ProblemCode
from seed.commands import COMMANDS, loaded
from tests.functional.examples import ROOT, blocks, examples, pages

OPERATOR = ROOT / "docs" / "operator.md"
ERRORS = ROOT / "docs" / "reference" / "errors.md"
PROBLEMS = ROOT / "docs" / "reference" / "problems.md"
PAGES = [*pages(), ROOT / "CHANGELOG.md"]
PAGE_NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
MAIN_TEST = "pip install uv && uv run pytest"
MAIN_DEMO = "pip install uv && uv run milkline demo"
TEXT_FILES = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".cypher",
    ".graphql",
    ".html",
    ".css",
    ".jsx",
    ".mjs",
    ".json",
    ".xml",
    ".csv",
    ".txt",
    ".sh",
    "",
}
MADE_ELSEWHERE = {"uv.lock", "package-lock.json", "graphiql.js", "graphiql.css", "manifest.json"}
# written in halves, so that this file does not name them itself
REGISTRIES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "npmjs" + ".com",
    "repo.maven" + ".apache",
    "repo1.maven" + ".org",
    "crates" + ".io",
]
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(?:work|root|home)/" + r"\w")


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows."""
    lines = (line for line in text.splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


# --- catalogues ---


def test_every_setting_is_documented_as_it_is() -> None:
    shown = {row[0].strip("| `"): (row[1], row[2].rstrip(" |")) for row in rows(section(OPERATOR, "Settings")) if "MILKLINE_" in row[0]}
    fields = Settings.model_fields
    assert list(shown) == [f"MILKLINE_{name.upper()}" for name in fields]
    for name, field in fields.items():
        assert shown[f"MILKLINE_{name.upper()}"] == (default_shown(field.default), field.description)


def default_shown(value: object) -> str:
    match value:
        case None | "":
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case tuple():
            return f"`{','.join(cast('tuple[str, ...]', value))}`"
        case dict():
            return "`{}`"
        case float():
            return f"`{value:g}`"
        case _:
            return f"`{value}`"


def section(page: Path, title: str) -> str:
    """The text under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{page.name} has no section {title!r}"
    return found[1]


def test_settings_named_anywhere_exist() -> None:
    known = {f"MILKLINE_{name.upper()}" for name in Settings.model_fields} | {"MILKLINE_PUBLISH"}  # the last is docker-compose.yml's
    for page in PAGES:
        named = set(re.findall(r"MILKLINE_(?!TEST_)[A-Z_]*[A-Z]", page.read_text("utf-8")))
        assert named <= known, page.name


def test_every_error_code_has_a_section() -> None:
    headings = re.findall(r"^### (\w+)$", ERRORS.read_text("utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(code.value for code in ErrorCode)
    sections = re.split(r"^##+ .*$", ERRORS.read_text("utf-8"), flags=re.MULTILINE)
    assert sum("**Do:**" in text for text in sections) == len(ErrorCode)


def test_frontends_are_told_of_no_error_code_that_does_not_exist() -> None:
    table = section(ROOT / "docs" / "frontend.md", "Errors")
    named = {code for row in rows(table) for code in re.findall(r"`([A-Z_]+)`", row[0])}
    assert named and named <= {code.value for code in ErrorCode}


def test_every_problem_code_is_documented_with_its_meaning() -> None:
    shown = {row[0].strip("| `"): row[1].replace("`", "") for row in rows(PROBLEMS.read_text("utf-8")) if row[0].startswith("`")}
    assert shown == {code.value: code.meaning for code in ProblemCode}


def test_codes_named_anywhere_exist() -> None:
    """What looks like a code, in the pages about errors and recording."""
    schema = (ROOT / "api" / "schema" / "schema.graphql").read_text("utf-8")
    known = {*ErrorCode.__members__, *ProblemCode.__members__, *Settings.model_fields, *re.findall(r"\b[A-Z][A-Z_]+\b", schema)}
    for page in (ERRORS, PROBLEMS, ROOT / "docs" / "enterprise-sync.md", ROOT / "docs" / "regulator.md", ROOT / "docs" / "frontend.md"):
        named = set(re.findall(r"`([A-Z]{2,}(?:_[A-Z]+)+)`", page.read_text("utf-8")))
        assert {name for name in named if not name.startswith("MILKLINE_")} <= known, page.name


# --- what the program says ---


def test_the_sentences_of_the_operators_page_are_the_programs() -> None:
    """Each piece between the ellipses stands in the source."""
    source = "".join(path.read_text("utf-8") for folder in ("api", "graph", "auth", "seed") for path in (ROOT / folder).rglob("*.py"))
    told = section(OPERATOR, "What it says when it cannot start or go on")
    sentences = [row[0] for row in rows(told) if "`" in row[0]] + re.findall(
        r"`([^`]*…[^`]*)`", told.rpartition("\n\n")[0].rpartition("\n\n")[2]
    )
    assert len(sentences) > 15
    for sentence in sentences:
        for piece in filter(None, (piece.strip(" ;:()") for piece in sentence.strip("| `").split("…"))):
            # how the engine ended is put together there
            assert piece.removeprefix("the graph engine ") in source, f"{sentence}: {piece!r} is not in the source"


# --- commands ---


def milkline_lines() -> list[tuple[str, list[str]]]:
    """Each use of the command in a shell block, with the page."""
    found: list[tuple[str, list[str]]] = []
    for page in PAGES:
        for block in blocks(page):
            for line in block.text.splitlines() if block.language in {"sh", ""} else ():
                words = shlex.split(line, comments=True) if "milkline" in line else []
                for place, word in enumerate(words):
                    if word == "milkline" and (place == 0 or words[place - 1] in {"run", "api"}):
                        found.append((page.name, words[place + 1 :]))
    return found


def test_commands_and_options_exist() -> None:
    lines = milkline_lines()
    assert {words[0] for _, words in lines} == set(COMMANDS), "each command is shown somewhere, and no other"
    for page, words in lines:
        command: Any = loaded(words[0])
        if hasattr(command, "commands"):
            command = command.commands[words[1]]
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words[1:] if word.startswith("-")} <= options, f"{page}: {words}"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_by_what_it_says_itself(name: str) -> None:
    said = " ".join(str(loaded(name).help).split())
    assert said.startswith(COMMANDS[name].help) and COMMANDS[name].help.endswith(".")


def test_the_readme_has_the_two_commands_each_in_a_block_of_its_own() -> None:
    alone = [block.text for block in blocks(ROOT / "README.md") if block.language == ""]
    assert f"{MAIN_DEMO}\n" in alone and f"{MAIN_TEST}\n" in alone
    assert (ROOT / "README.md").read_text("utf-8").splitlines().count(MAIN_TEST) == 1


# --- the pages themselves ---


def slug(heading: str) -> str:
    """The anchor that Markdown renderers make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=PAGE_NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", linked.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=PAGE_NAMES)
def test_marks_beside_examples_are_understood(page: Path) -> None:
    for example in examples(page):
        assert example.fails is None or example.fails in ErrorCode.__members__, example.where


def test_every_page_is_found_from_the_readme() -> None:
    """Directly, or by way of the index of decisions."""
    found = {ROOT / "README.md"}
    for page in (ROOT / "README.md", ROOT / "docs" / "decisions" / "README.md"):
        found |= {(page.parent / target).resolve() for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))}
    assert set(pages()) <= found


def committed() -> list[Path]:
    """The files of the repository, and those that are new in it."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    if not names:  # an unpacked archive has no git
        names = [
            str(path.relative_to(ROOT))
            for path in ROOT.rglob("*")
            if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
        ]
    return [ROOT / name for name in names]


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found: list[str] = []
    for path in committed():
        if path.suffix not in TEXT_FILES or path.name in MADE_ELSEWHERE or not path.is_file():
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
            if any(host in line for host in REGISTRIES) or MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)
