"""What docker-compose.yml says, held against the schema of such files, the settings, and what containers should be."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shop.embedded.event_processes import Consumer, Relay
from shop.embedded.told_ready import ToldReady
from shop.embedded.web import CONNECTIONS, web_command
from shop.embedded.worker import Worker
from tests.compose.compose_file import (
    FILE,
    NEEDED,
    ROOT,
    SERVERS,
    SHOP,
    UnsetError,
    environment,
    loaded,
    raw,
    seconds,
    stray_dollars,
    variables,
)

SERVICES: dict[str, Any] = loaded(**NEEDED)["services"]
SETTINGS = (ROOT / "shop" / "settings.py").read_text(encoding="utf-8")
DOCS = (ROOT / "docs" / "docker.md").read_text(encoding="utf-8")
IMAGES = {"postgres": "postgres:18", "valkey": "valkey/valkey:9", "kafka": "apache/kafka:4"}
CONDITIONS = {"service_healthy", "service_completed_successfully"}

each = pytest.mark.parametrize("name", SERVICES)
each_long_running = pytest.mark.parametrize("name", [name for name in SERVICES if name != "init"])


def read_by_the_settings() -> set[str]:
    """The names that shop/settings.py asks the environment for, by whichever function."""
    calls = [node for node in ast.walk(ast.parse(SETTINGS)) if isinstance(node, ast.Call)]
    asking = {"get", "_list", "server_url"}
    named = {
        call.args[0].value
        for call in calls
        if call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in asking
    }
    return {name for name in named if re.fullmatch(r"[A-Z][A-Z_]+", name)}


def validated(text: str, tmp_path: Path) -> int:
    file = tmp_path / "docker-compose.yml"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def test_it_keeps_the_schema_of_compose_files(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")

    assert validated(text, tmp_path) == 0
    # The control: a word that is none.
    assert validated(text.replace("stop_grace_period", "stop_grace", 1), tmp_path) == 1


def test_there_are_the_services_of_the_design_and_none_else() -> None:
    assert set(SERVICES) == {*SERVERS, *SHOP}
    assert {name: SERVICES[name]["image"] for name in SERVERS} == IMAGES


def test_one_image_is_built_once_and_all_of_the_shop_runs_it() -> None:
    assert [name for name in SERVICES if "build" in SERVICES[name]] == ["init"]
    assert {SERVICES[name]["image"] for name in SHOP} == {"larder:local"}
    assert {SERVICES[name]["pull_policy"] for name in SHOP} == {"never"}


@pytest.mark.parametrize("name", SHOP)
def test_a_process_of_the_shop_is_told_whatever_the_settings_read_and_nothing_else(name: str) -> None:
    assert set(environment(SERVICES[name])) == read_by_the_settings()


def test_every_setting_is_explained_where_the_settings_begin() -> None:
    docstring = ast.get_docstring(ast.parse(SETTINGS)) or ""

    assert [name for name in read_by_the_settings() if name not in docstring] == []


def test_every_variable_has_a_default_or_says_that_it_is_needed_and_stands_in_the_docs() -> None:
    assert stray_dollars() == []
    assert [name for name, (kind, _) in variables().items() if kind is None] == []
    assert {name for name, (kind, _) in variables().items() if kind == ":?"} == set(NEEDED)
    assert [name for name in variables() if f"`{name}`" not in DOCS] == []


@pytest.mark.parametrize("name", NEEDED)
def test_without_a_secret_it_does_not_start(name: str) -> None:
    with pytest.raises(UnsetError, match=name):
        loaded(**{other: value for other, value in NEEDED.items() if other != name})


def test_no_secret_stands_in_it() -> None:
    secret = re.compile(r"(PASSWORD|SECRET|TOKEN)")
    told = [(name, value) for one in raw()["services"].values() for name, value in one.get("environment", {}).items()]

    assert [name for name, value in told if secret.search(name) and not str(value).startswith("${")] == []


@each
def test_only_the_web_is_published_and_on_this_machine_alone(name: str) -> None:
    assert SERVICES[name].get("ports", []) == (["127.0.0.1:8000:8000"] if name == "web" else [])
    assert SERVICES[name]["networks"] == (["inside", "outside"] if name == "web" else ["inside"])
    assert "network_mode" not in SERVICES[name]


def test_the_servers_network_leads_nowhere() -> None:
    assert raw()["networks"] == {"inside": {"internal": True}, "outside": None}


def test_the_port_and_its_address_are_variables() -> None:
    services = loaded(**NEEDED, HTTP_BIND="0.0.0.0", PORT="8123")["services"]  # noqa: S104  what somebody may choose

    assert services["web"]["ports"] == ["0.0.0.0:8123:8000"]


@each_long_running
def test_a_service_has_a_health_check_with_limits_and_comes_again(name: str) -> None:
    check = SERVICES[name]["healthcheck"]

    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert 0 < seconds(check["timeout"]) < seconds(check["interval"]) <= 30
    assert seconds(check["start_interval"]) < seconds(check["start_period"])
    assert check["retries"] >= 2
    assert SERVICES[name]["restart"] == "unless-stopped"


@each
def test_a_service_is_held_as_short_as_it_can_be(name: str) -> None:
    service = SERVICES[name]

    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert seconds(service["stop_grace_period"]) >= 10
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert not {"container_name", "privileged", "cap_add", "user"} & service.keys()
    assert service.get("read_only", False) is (name != "kafka")
    assert (service.get("cap_drop") == ["ALL"]) is (name in SHOP)


@each
def test_what_a_service_waits_for_can_come_about(name: str) -> None:
    for other, told in SERVICES[name].get("depends_on", {}).items():
        assert told["condition"] in CONDITIONS
        once = told["condition"] == "service_completed_successfully"
        assert once is (SERVICES[other]["restart"] == "no")
        assert once or "healthcheck" in SERVICES[other]


def test_everything_of_the_shop_waits_for_the_preparations() -> None:
    waiting = [name for name in SHOP if "init" in SERVICES[name].get("depends_on", {})]

    assert waiting == [name for name in SHOP if name != "init"]


def test_every_volume_has_a_name_and_a_server_keeps_its_data_in_one() -> None:
    mounted = {volume for one in SERVICES.values() for volume in one.get("volumes", [])}

    assert {volume.partition(":")[0] for volume in mounted} == set(raw()["volumes"])
    # Where PostgreSQL's image, from 18 on, and the others say that they keep them.
    assert {"postgres:/var/lib/postgresql", "valkey:/data", "kafka:/var/lib/kafka/data"} <= mounted
    assert environment(SERVICES["kafka"])["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"


@pytest.mark.parametrize("made", [Worker, Relay, Consumer])
def test_a_process_of_the_shop_is_started_as_in_the_demo(made: type[ToldReady], tmp_path: Path) -> None:
    command = made(tmp_path, environment={})._command()

    assert SERVICES[made.name]["command"] == ["python" if word == sys.executable else word for word in command]


def test_the_web_server_is_started_as_in_the_demo() -> None:
    command = web_command("shop.wsgi:application", port=8000)
    in_a_container = {sys.executable: "python", "127.0.0.1": "0.0.0.0"}  # noqa: S104  only the container's own

    assert SERVICES["web"]["command"] == [in_a_container.get(word, word) for word in command]
    assert str(CONNECTIONS) in command
