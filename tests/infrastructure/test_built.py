"""The check at the end of `make build` lets a good build pass, and names whatever is wrong with another."""

import compileall
import random
import struct
from collections.abc import Callable
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

from tests.infrastructure.built import main, problems

UNCHECKED, CHECKED = PycInvalidationMode.UNCHECKED_HASH, PycInvalidationMode.CHECKED_HASH
AARCH64, X86_64 = 183, 62


def library(machine: int) -> bytes:
    """The head of a shared library for Linux, 64 bits, little-endian."""
    return struct.pack("<4sBBBB8xHH", b"\x7fELF", 2, 1, 1, 0, 3, machine) + bytes(44)


def compile_package(package: Path, shown_in: str, mode: PycInvalidationMode = UNCHECKED) -> None:
    """As `make build` does it."""
    assert compileall.compile_dir(
        package, quiet=1, force=True, invalidation_mode=mode, stripdir=package, prependdir=shown_in
    )


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """What a good build looks like: two functions and a layer."""
    made = tmp_path / "build"
    for function in ("PayByFunction", "SlackFunction"):
        module = made / function / "package" / "handler.py"
        module.parent.mkdir(parents=True)
        module.write_text("def handler() -> None: ...\n", encoding="utf-8")
        compile_package(made / function, "/var/task")
    layer = made / "CommonLayer" / "python"
    (layer / "crypto").mkdir(parents=True)
    (layer / "crypto" / "__init__.py").write_text("", encoding="utf-8")
    (layer / "crypto" / "_rust.abi3.so").write_bytes(library(AARCH64))
    compile_package(made / "CommonLayer", "/opt")
    (made / "template.yaml").write_text("", encoding="utf-8")
    return made


def test_a_good_build_may_be_shipped(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert problems(build) == []
    assert main([str(build)]) == 0
    shown = capsys.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()] == ["CommonLayer", "PayByFunction", "SlackFunction"]
    assert "0.00 MB zipped" in shown.out
    assert shown.err == ""


def change_source(build: Path) -> None:
    (build / "PayByFunction" / "package" / "handler.py").write_text("handler = None\n", encoding="utf-8")


def add_module(build: Path) -> None:
    (build / "CommonLayer" / "python" / "new.py").write_text("", encoding="utf-8")


def add_library(build: Path) -> None:
    # Not every library is called one.
    (build / "CommonLayer" / "python" / "crypto" / "_cffi.cpython-313-aarch64-linux-gnu.so.1").write_bytes(
        library(X86_64)
    )


def add_test(build: Path, name: str = "tests/README") -> None:
    path = build / "CommonLayer" / "python" / "crypto" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("", encoding="utf-8")


def add_boto3(build: Path) -> None:
    for folder in (build / "CommonLayer" / "python", build / "PayByFunction"):
        (folder / "boto3").mkdir()
        (folder / "boto3" / "data.json").write_text("{}", encoding="utf-8")


def add_something_large(build: Path) -> None:
    (build / "PayByFunction" / "data.json").write_bytes(bytes(300_000))


def add_something_that_does_not_shrink(build: Path) -> None:
    (build / "PayByFunction" / "data.bin").write_bytes(random.Random(1).randbytes(150_000))


SPOILED: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "not compiled": (add_module, ["CommonLayer: python/new.py has no new.cpython"]),
    "compiled before an edit": (change_source, ["PayByFunction: package/handler.py has a handler.cpython"]),
    "compared with the source": (
        lambda build: compile_package(build / "PayByFunction", "/var/task", CHECKED),
        ["PayByFunction: package/handler.py has a handler.cpython"],
    ),
    "compared with the source's time": (
        lambda build: compile_package(build / "PayByFunction", "/var/task", PycInvalidationMode.TIMESTAMP),
        ["PayByFunction: package/handler.py has a handler.cpython"],
    ),
    "compiled for another folder": (
        lambda build: compile_package(build / "CommonLayer", "/var/task"),
        ["CommonLayer: python/crypto/__init__.py would be called /var/task/python/crypto/__init__.py"],
    ),
    "for another processor": (
        add_library,
        ["CommonLayer: python/crypto/_cffi.cpython-313-aarch64-linux-gnu.so.1 is for another processor"],
    ),
    "with tests": (add_test, ["CommonLayer: python/crypto/tests/README is a test"]),
    "with what the runtime brings": (
        add_boto3,
        ["CommonLayer: boto3 is in Lambda's runtime already", "PayByFunction: boto3 is in Lambda's runtime already"],
    ),
    "too large": (add_something_large, ["PayByFunction: is larger than its budget"]),
    "too large to fetch": (add_something_that_does_not_shrink, ["PayByFunction: is larger than its budget"]),
}


@pytest.mark.parametrize(("spoil", "expected"), SPOILED.values(), ids=SPOILED)
def test_a_spoiled_build_may_not(
    build: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None], expected: list[str]
) -> None:
    spoil(build)
    assert main([str(build)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line[: len(begin)] for line, begin in zip(lines, expected, strict=True)] == expected


def test_a_module_that_is_a_test_is_found_by_its_name(build: Path) -> None:
    for name in ("test_crypto.py", "conftest.py", "testing.py", "test_support.pyi"):
        add_test(build, name)
    compile_package(build / "CommonLayer", "/opt")
    assert [line.split()[1] for line in problems(build)] == [
        "python/crypto/conftest.py",
        "python/crypto/test_crypto.py",
    ]


@pytest.mark.parametrize("names", [[], ["CommonLayer"], ["PayByFunction"]])
def test_a_build_that_is_not_complete(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).mkdir()
    for folder in (tmp_path, tmp_path / "nowhere"):
        assert problems(folder) == [f"{folder} holds no function or no layer: did `sam build` run?"]
