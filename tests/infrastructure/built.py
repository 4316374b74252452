"""Whether what `make build` built may be shipped: `python3.13 -m tests.infrastructure.built .aws-sam/build`.

Needs nothing but Python, and the one that Lambda will run: another would look for files of other names and forms.
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
# Where Lambda puts a function's and a layer's files.
_FUNCTION_FOLDER, _LAYER_FOLDER = "/var/task", "/opt"
_ELF, _AARCH64 = b"\x7fELF", 183
# The flags of PEP 552: found by a hash of the source, which is not compared when the file is loaded.
_UNCHECKED_HASH = 1
# What `make build` removes.
TEST_FOLDERS = frozenset({"tests", "_tests"})
# What Lambda's runtime brings.
_OF_THE_RUNTIME = frozenset({"awslambdaric", "boto3", "botocore", "s3transfer"})


@dataclass(frozen=True)
class Size:
    """Megabytes of one function or layer, as files and as the archive that is uploaded."""

    unzipped_mb: float
    zipped_mb: float

    def fits(self, budget: "Size") -> bool:
        """Whether neither is larger than in `budget`."""
        return self.unzipped_mb <= budget.unzipped_mb and self.zipped_mb <= budget.zipped_mb


# The most that each may have; what is not named is a function of a few modules of ours. Lambda takes 250 MB unzipped
# for a function with its layers, and a cold start has to fetch what is not yet near.
BUDGETS: Mapping[str, Size] = MappingProxyType(
    {"CommonLayer": Size(30, 11), "SlackFunction": Size(7, 2.5), "SlackReporterFunction": Size(7, 2.5)}
)
SMALL_FUNCTION = Size(0.2, 0.1)


def size_of(files: Iterable[tuple[Path, Path]]) -> Size:
    """The size of files, each with the path that it has in the archive."""
    unzipped, archive = 0, io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for file, inside in files:
            unzipped += file.stat().st_size
            writer.write(file, inside)
    return Size(unzipped / _MEGABYTE, len(archive.getvalue()) / _MEGABYTE)


def files_in(folder: Path) -> list[tuple[Path, Path]]:
    """Every file in `folder` with its path inside it."""
    return [(path, path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]


def is_of_a_test(inside: Path) -> bool:
    """Whether a file is only there to test the code beside it."""
    is_module = inside.suffix == ".py" and (inside.stem == "conftest" or inside.stem.startswith("test_"))
    return is_module or not TEST_FOLDERS.isdisjoint(inside.parts[:-1])


def problems(build: Path) -> list[str]:
    """What is wrong with the functions and layers in `build`, one line each; empty when they may be shipped."""
    folders = packages(build)
    if not any(_is_layer(folder) for folder in folders) or all(_is_layer(folder) for folder in folders):
        return [f"{build} holds no function or no layer: did `sam build` run?"]
    return [f"{folder.name}: {problem}" for folder in folders for problem in _problems(folder)]


def packages(build: Path) -> list[Path]:
    """The folder of every function and layer."""
    return sorted(path for path in build.iterdir() if path.is_dir()) if build.is_dir() else []


def main(arguments: Sequence[str]) -> int:
    """Print the sizes, and on standard error what is wrong; returns the exit code."""
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
        if inside.suffix == ".py" and (problem := _compilation_problem(folder, file)):
            yield f"{inside} {problem}: compile it with unchecked hashes after `sam build`"
        machine = _machine(file)
        if machine not in (None, _AARCH64):
            yield f"{inside} is for another processor (ELF machine {machine}): set BuildArchitecture to arm64"
        if inside.suffix != ".pyc" and is_of_a_test(inside):
            yield f"{inside} is a test: remove it after `sam build`"
    for name in sorted(_OF_THE_RUNTIME & {inside.parts[1 if _is_layer(folder) else 0] for _, inside in files}):
        yield f"{name} is in Lambda's runtime already: remove it from the requirements"
    size, budget = size_of(files), BUDGETS.get(folder.name, SMALL_FUNCTION)
    if not size.fits(budget):
        yield f"is larger than its budget ({size} > {budget}): see what came in, or raise BUDGETS"


def _compilation_problem(folder: Path, source: Path) -> str | None:
    """What is wrong with the compiled file of a module, which Lambda loads without a look at the source."""
    compiled = Path(importlib.util.cache_from_source(str(source)))
    if not compiled.is_file():
        return f"has no {compiled.name}"
    data = compiled.read_bytes()
    if data[:4] != importlib.util.MAGIC_NUMBER or data[4:8] != _UNCHECKED_HASH.to_bytes(4, "little"):
        return f"has a {compiled.name} of another Python, or one that Lambda would compare with the source's time"
    if data[8:16] != importlib.util.source_hash(source.read_bytes()):
        return f"has a {compiled.name} of an older source, which Lambda would run instead"
    code = marshal.loads(data[16:])  # noqa: S302 - written by the build a moment ago
    shown = code.co_filename if isinstance(code, CodeType) else None
    expected = f"{_LAYER_FOLDER if _is_layer(folder) else _FUNCTION_FOLDER}/{source.relative_to(folder)}"
    return None if shown == expected else f"would be called {shown} in a traceback, and not {expected}"


def _machine(file: Path) -> int | None:
    """The processor that a shared library is for, as ELF numbers them; None for any other file."""
    with file.open("rb") as stream:
        head = stream.read(20)
    return int.from_bytes(head[18:20], "little") if head[:4] == _ELF else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
