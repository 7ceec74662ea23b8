"""Kafka's environment in docker-compose.yml, as the server would read it.

Apache Kafka itself runs in `make test-kafka`; the embedded broker takes none of these.
"""

import base64
from pathlib import Path

from tests.compose.compose_file import NEEDED, SHOP, environment, loaded
from tests.compose.kafka_properties import OF_THE_SCRIPTS, server_properties

SERVICES = loaded(**NEEDED)["services"]
TOLD = environment(SERVICES["kafka"])
PROPERTIES = server_properties(TOLD)
KNOWN = {
    line
    for line in Path(__file__).with_name("kafka_broker_properties.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}


def listeners(property_name: str) -> dict[str, str]:
    pairs = [one.partition("://") for one in PROPERTIES[property_name].split(",")]
    return {name: address for name, _, address in pairs}


def test_each_variable_is_a_property_that_the_server_has() -> None:
    assert sorted(set(PROPERTIES) - KNOWN) == []
    assert sorted(TOLD.keys() - {f"KAFKA_{name.replace('.', '_').upper()}" for name in PROPERTIES}) == [
        "CLUSTER_ID",
        "KAFKA_HEAP_OPTS",
    ]


def test_a_name_that_the_server_does_not_have_is_noticed() -> None:
    """The control; and how the image reads underscores."""
    made = server_properties({"KAFKA_LOG_DIRECTORIES": "", "KAFKA_A__B___C": "", "CLUSTER_ID": "", "KAFKA_OPTS": ""})

    assert set(made) == {"log.directories", "a_b-c"}
    assert not set(made) & KNOWN
    assert "KAFKA_HEAP_OPTS" in OF_THE_SCRIPTS


def test_it_is_one_node_that_is_both_broker_and_controller() -> None:
    node = PROPERTIES["node.id"]

    assert PROPERTIES["process.roles"] == "broker,controller"
    assert PROPERTIES["controller.quorum.voters"] == f"{node}@{listeners('listeners')['CONTROLLER']}"
    assert len(base64.urlsafe_b64decode(TOLD["CLUSTER_ID"] + "==")) == 16


def test_the_shop_finds_the_broker_where_it_says_that_it_is_and_the_controller_stays_inside() -> None:
    advertised = listeners("advertised.listeners")

    assert set(advertised) == {PROPERTIES["inter.broker.listener.name"]}
    assert {environment(SERVICES[name])["KAFKA_BOOTSTRAP_SERVERS"] for name in SHOP} == set(advertised.values())
    assert listeners("listeners")["CONTROLLER"].startswith("localhost:")
    assert set(listeners("listeners")) == {
        one.partition(":")[0] for one in PROPERTIES["listener.security.protocol.map"].split(",")
    }


def test_nothing_asks_for_more_copies_than_there_are_nodes_and_topics_are_made_by_command() -> None:
    assert PROPERTIES["offsets.topic.replication.factor"] == "1"
    assert environment(SERVICES["init"])["KAFKA_REPLICATION"] == "1"
    assert PROPERTIES["auto.create.topics.enable"] == "false"
