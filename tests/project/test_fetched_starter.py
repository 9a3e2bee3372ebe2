"""First configurations whose sources are fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.project.config.configuration import Config, load
from codegen.project.fetched_starter import starter_with_urls


def read_starter(
    folder: Path, kubernetes: str, *crds: str, locales: tuple[str, ...] = ()
) -> Config:
    file = folder / "codegen.yaml"
    file.write_text(starter_with_urls(kubernetes, crds, locales).text, encoding="utf-8")
    return load(file)


def test_release_of_kubernetes_is_a_pin(tmp_path: Path) -> None:
    config = read_starter(tmp_path, "1.36", locales=("en", "zh-cn"))
    assert config.pins == {"kubernetes": "1.36"}
    assert config.locales == ("en", "zh-cn")
    assert config.fetched[0].url(config.pins).endswith("/v1.36.0/api/openapi-spec/swagger.json")


ADDRESSES = {
    "https://garden.example/releases/v1.2.3/plots.yaml": {"plots": "1.2.3"},
    "https://garden.example/plots-0.4.yaml": {"plots": "0.4"},
    "https://garden.example/plots.yaml": {},
    "https://garden.example/v1.2/v1.3/plots.yaml": {},
    "https://garden.example/v0.1/plots-v0.1.yaml": {"plots": "0.1"},
    "http://127.0.0.1:8000/v0.1/plots.yaml?depth=0.1": {"plots": "0.1"},
    "https://garden.example/x10.1/v0.1/plots.yaml": {"plots": "0.1"},
    "https://forge.example/anna/garden-api/releases/download/v1.2.3/plots.yaml": {
        "garden-api": "1.2.3"
    },
    "https://raw.example/anna/garden/refs/tags/v1.2.3/crds/plots-1.2.3.yaml": {"garden": "1.2.3"},
}


@pytest.mark.parametrize(("url", "pins"), ADDRESSES.items(), ids=ADDRESSES)
def test_version_of_an_address_is_a_pin(tmp_path: Path, url: str, pins: dict[str, str]) -> None:
    config = read_starter(tmp_path, "", url)
    assert config.pins == pins
    assert [source.url(config.pins) for source in config.fetched] == [url]


def test_sources_have_paths_and_pins_of_their_own(tmp_path: Path) -> None:
    urls = [f"https://{name}.example/v1.0/crds.yaml" for name in ("garden", "orchard")]
    config = read_starter(tmp_path, "", *urls)
    assert [source.path for source in config.fetched] == ["vendor/crds.yaml", "vendor/2-crds.yaml"]
    assert [source.url(config.pins) for source in config.fetched] == urls
    assert len(config.pins) == 2


def test_project_tells_files_of_one_name_apart(tmp_path: Path) -> None:
    urls = [f"https://forge.example/{name}/v1.0/crds.yaml" for name in ("garden", "orchard")]
    config = read_starter(tmp_path, "", *urls)
    assert [source.path for source in config.fetched] == [
        "vendor/crds.yaml",
        "vendor/orchard-crds.yaml",
    ]
    assert config.pins == {"garden": "1.0", "orchard": "1.0"}


def test_files_of_one_release_have_one_pin(tmp_path: Path) -> None:
    urls = [f"https://garden.example/v1.0/{name}.yaml" for name in ("plots", "beds", "plots")]
    config = read_starter(tmp_path, "", *urls)
    assert config.pins == {"plots": "1.0"}
    assert [source.url({"plots": "1.1"}) for source in config.fetched] == [
        url.replace("1.0", "1.1") for url in urls[:2]
    ]


def test_paths_have_no_version(tmp_path: Path) -> None:
    config = read_starter(tmp_path, "", "https://garden.example/plots-1.0.yaml")
    assert [source.path for source in config.fetched] == ["vendor/plots.yaml"]


def test_other_addresses_are_refused() -> None:
    with pytest.raises(CodegenError) as error:
        starter_with_urls("", ["http://garden.example/plots.yaml"], ())
    assert error.value.diagnostics[0].rule == "url-refused"
