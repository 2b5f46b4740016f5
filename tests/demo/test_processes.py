import socket
from dataclasses import fields
from pathlib import Path

from app.core import settings
from app.core.broker import Broker
from app.core.mail import Transport
from app.demo import processes
from app.demo.processes import Place


def nothing() -> None:
    """Nobody waits for the welcome."""


def place(folder: Path, broker: Broker | None = None) -> Place:
    return Place(folder, 8123, 2525, broker, 2626)


def test_a_port_in_use_is_passed_over(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((processes.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = processes.choose(tmp_path, port)
    assert port < found.port <= port + 100
    ports = [getattr(found, one.name) for one in fields(found) if one.name.endswith("port")]
    assert 0 not in ports
    assert len(set(ports)) == len(ports)


def test_the_environment_is_a_demonstration_of_this_folder(tmp_path: Path) -> None:
    found = settings.from_environment(place(tmp_path).environment)
    assert found.environment == "demo"
    assert found.data_dir == tmp_path
    assert found.mail_caught_in == tmp_path / "mails"
    assert found.redis_url is None
    assert found.drop_folder == tmp_path / "drop"
    assert found.mail_in == "127.0.0.1:2626"
    assert Transport.from_url(found.mail_url).port == 2525
    assert found.base_url == "http://localhost:8123"


def test_a_path_too_long_for_a_socket_means_no_redis(tmp_path: Path) -> None:
    found = processes.choose(tmp_path / ("long" * 30), 8000)
    assert found.broker is None


def test_without_redis_there_is_no_worker(tmp_path: Path) -> None:
    names = [one.name for one in processes.processes(place(tmp_path), nothing)]
    stand_ins = ["mail", "payments", "texts", "identities", "ebill", "peppol", "insurer", "letters"]
    assert names == [*stand_ins, "relay", "mail-in", "web"]


def test_with_redis_it_comes_first_and_the_portal_last(tmp_path: Path) -> None:
    broker = Broker(f"unix://{tmp_path}/r.sock", ["redis-server", "redis.conf"])
    found = processes.processes(place(tmp_path, broker), nothing)
    assert [one.name for one in found] == [
        *(
            "redis",
            "mail",
            "payments",
            "texts",
            "identities",
            "ebill",
            "peppol",
            "insurer",
            "letters",
            "relay",
            "mail-in",
            "worker",
            "web",
        )
    ]
    assert found[10].environment["KONTOR_REDIS_URL"] == broker.url
