"""How big each function and the layer are: as `make build` left them, else from the sources and installed packages."""

from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.report import Figure, Section, figure
from tests.infrastructure.built import BUDGETS, SMALL_FUNCTION, Size, files_in, is_of_a_test, packages, size_of
from tests.local.aws.cloudformation import load_template
from tests.local.company import PARAMETERS
from tests.local.paths import INSTALLED, PROJECT

_BUILT = PROJECT / ".aws-sam" / "build"
# pip leaves these folders behind, or this machine compiled them; `sam build` ships neither.
_NOT_SHIPPED = frozenset({"__pycache__", "bin"})


def measure(quick: bool) -> Section:
    """Each function and the layer, with its budget."""
    figures: list[Figure] = []
    for name, size in sizes().items():
        budget = BUDGETS.get(name, SMALL_FUNCTION)
        figures.append(figure(f"{name}, unzipped", "MB", [size.unzipped_mb], budget.unzipped_mb))
        figures.append(figure(f"{name}, zipped", "MB", [size.zipped_mb], budget.zipped_mb))
    source = (
        ".aws-sam/build, compiled files included"
        if _is_built()
        else "the sources and installed packages; what `make build` makes is a quarter bigger"
    )
    return Section("Size", tuple(figures), notes=(f"Measured from {source}.",))


def sizes() -> Mapping[str, Size]:
    """Every function and layer by its logical id."""
    if _is_built():
        return {folder.name: size_of(files_in(folder)) for folder in packages(_BUILT)}
    return {name: size_of(_shipped(*folders)) for name, folders in sorted(_folders().items())}


def _is_built() -> bool:
    return (_BUILT / "template.yaml").is_file()


def _folders() -> dict[str, tuple[Path, ...]]:
    """The folders whose files are packaged for each, without a build."""
    template = load_template(PROJECT / "template.yaml", PARAMETERS)
    folders: dict[str, tuple[Path, ...]] = {"CommonLayer": (PROJECT / "layers" / "common", INSTALLED / "layer")}
    for function in template.of_type("AWS::Lambda::Function"):
        code = template.folder / function.properties["Code"]["S3Key"]
        folders[function.logical_id] = (code, INSTALLED / "slack") if code.name == "slack" else (code,)
    return folders


def _shipped(*folders: Path) -> list[tuple[Path, Path]]:
    files = [each for folder in folders for each in files_in(folder)]
    return [(file, inside) for file, inside in files if not (_NOT_SHIPPED & set(inside.parts) or is_of_a_test(inside))]
