"""Whether the result of `make build` may be deployed: `python3.13 -m tests.infrastructure.built .aws-sam/build`.

Needs only the standard library. Compiled files differ by version: only the version that Lambda runs can check them, and
with any other there must be none.
"""

import importlib.util
import io
import marshal
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, MappingProxyType

_MEGABYTE = 1_000_000
_LAMBDA_VERSION = (3, 13)
# Where Lambda mounts a function's and a layer's files.
_FUNCTION_FOLDER, _LAYER_FOLDER = "/var/task", "/opt"
_ELF, _AARCH64 = b"\x7fELF", 183
# The flags of PEP 552 for a file with the hash of its source that Python does not check when it loads the file.
_UNCHECKED_HASH = 1
# What `make build` removes.
TEST_FOLDERS = frozenset({"tests", "_tests"})
# Packages that Lambda's runtime contains.
_OF_THE_RUNTIME = frozenset({"awslambdaric", "boto3", "botocore", "s3transfer"})


@dataclass(frozen=True)
class Size:
    """The megabytes of a function or layer, as files and as the archive that is uploaded."""

    unzipped_mb: float
    zipped_mb: float

    def fits(self, budget: "Size") -> bool:
        """Whether both figures are within `budget`."""
        return self.unzipped_mb <= budget.unzipped_mb and self.zipped_mb <= budget.zipped_mb


# Limits by logical id; a function that is not listed contains only a few modules of ours. Lambda allows 250 MB unzipped
# for a function with its layers, but a cold start has to download what is not cached.
BUDGETS: Mapping[str, Size] = MappingProxyType(
    {
        "CommonLayer": Size(30, 11),
        "SlackFunction": Size(7, 2.5),
        "SlackReporterFunction": Size(7, 2.5),
        "WatchFunction": Size(0.5, 0.25),
        "WatchStatesFunction": Size(0.5, 0.25),
    }
)
SMALL_FUNCTION = Size(0.2, 0.1)


def size_of(files: Iterable[tuple[Path, Path]]) -> Size:
    """The size of files, given with their paths inside the archive."""
    unzipped, archive = 0, io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for file, inside in files:
            unzipped += file.stat().st_size
            writer.write(file, inside)
    return Size(unzipped / _MEGABYTE, len(archive.getvalue()) / _MEGABYTE)


def files_in(folder: Path) -> list[tuple[Path, Path]]:
    """Every file in `folder`, with its path relative to `folder`."""
    return [(path, path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]


def is_of_a_test(inside: Path) -> bool:
    """Whether a file only tests the code next to it."""
    is_module = inside.suffix == ".py" and (inside.stem == "conftest" or inside.stem.startswith("test_"))
    return is_module or not TEST_FOLDERS.isdisjoint(inside.parts[:-1])


def problems(build: Path) -> list[str]:
    """What is wrong with the functions and layers in `build`, one line each; empty when they may be deployed."""
    folders = packages(build)
    if not any(_is_layer(folder) for folder in folders) or all(_is_layer(folder) for folder in folders):
        return [f"{build} holds no function or no layer: did `sam build` run?"]
    return [f"{folder.name}: {problem}" for folder in folders for problem in _problems(folder)]


def packages(build: Path) -> list[Path]:
    """The folder of every function and layer."""
    return sorted(path for path in build.iterdir() if path.is_dir()) if build.is_dir() else []


def main(arguments: Sequence[str]) -> int:
    """Print the sizes, and the problems on standard error. Returns the exit code."""
    (build,) = map(Path, arguments)
    for folder in packages(build):
        size = size_of(files_in(folder))
        print(f"{folder.name:24} {size.unzipped_mb:6.2f} MB unzipped {size.zipped_mb:6.2f} MB zipped")
    found = problems(build)
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


def _is_layer(folder: Path) -> bool:
    return folder.name.endswith("Layer")


def _problems(folder: Path) -> Iterator[str]:
    files = files_in(folder)
    for file, inside in files:
        if problem := _compilation_problem(folder, file):
            yield f"{inside} {problem}: see the target build-% in the Makefile"
        machine = _machine(file)
        if machine not in (None, _AARCH64):
            yield f"{inside} is for another CPU (ELF machine {machine}): see the target build-% in the Makefile"
        if inside.suffix != ".pyc" and is_of_a_test(inside):
            yield f"{inside} is a test: see the target build-% in the Makefile"
    for name in sorted(_OF_THE_RUNTIME & {inside.parts[1 if _is_layer(folder) else 0] for _, inside in files}):
        yield f"{name} is already in Lambda's runtime: remove it from the requirements"
    size, budget = size_of(files), BUDGETS.get(folder.name, SMALL_FUNCTION)
    if not size.fits(budget):
        yield f"is larger than its budget ({size} > {budget}): find out what was added, or raise BUDGETS"


def _compilation_problem(folder: Path, file: Path) -> str | None:
    """What is wrong with a module's compiled file, which Lambda loads without checking it against the source."""
    if sys.version_info[:2] != _LAMBDA_VERSION:
        return "was not compiled by the Python that Lambda runs" if file.suffix == ".pyc" else None
    return _stale(folder, file) if file.suffix == ".py" else None


def _stale(folder: Path, source: Path) -> str | None:
    compiled = Path(importlib.util.cache_from_source(str(source)))
    if not compiled.is_file():
        return f"has no {compiled.name}"
    data = compiled.read_bytes()
    if data[:4] != importlib.util.MAGIC_NUMBER or data[4:8] != _UNCHECKED_HASH.to_bytes(4, "little"):
        return f"has a {compiled.name} of another Python version, or with a time stamp that Lambda would check"
    if data[8:16] != importlib.util.source_hash(source.read_bytes()):
        return f"has a {compiled.name} of an older source, which Lambda would run instead"
    code = marshal.loads(data[16:])  # noqa: S302 - written by the build a moment ago
    shown = code.co_filename if isinstance(code, CodeType) else None
    expected = f"{_LAYER_FOLDER if _is_layer(folder) else _FUNCTION_FOLDER}/{source.relative_to(folder)}"
    return None if shown == expected else f"would be {shown} in a traceback instead of {expected}"


def _machine(file: Path) -> int | None:
    """The CPU of a shared library, as an ELF machine number; None for any other file."""
    with file.open("rb") as stream:
        head = stream.read(20)
    return int.from_bytes(head[18:20], "little") if head[:4] == _ELF else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
