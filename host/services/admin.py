"""A client for Kafka's administration, with its failures as one sentence."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from schemas.errors import Unavailable

PATIENCE_S = 5.0  # loopback answers in milliseconds; a broker across a site's network in far less than this


def listens(bootstrap: str) -> bool:
    """Whether something listens at one of the addresses (host:port, separated by commas). Cheap; asked often at a start."""
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), PATIENCE_S):
                return True
        except (OSError, ValueError):
            continue
    return False


@contextmanager
def admin_client(bootstrap: str) -> Iterator[KafkaAdminClient]:
    """A client, closed at the end; Unavailable where Kafka does not answer or refuses what is asked."""
    if not listens(bootstrap):  # the client itself would try for half a minute
        raise Unavailable(f"Nothing listens at Kafka's address {bootstrap}: `gatehouse doctor` says why.")
    try:
        client = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=int(PATIENCE_S * 1000))
    except KafkaError as err:
        raise Unavailable(f"Kafka at {bootstrap} does not answer ({err}): `gatehouse doctor` says why.") from err
    try:
        yield client
    except KafkaError as err:
        raise Unavailable(f"Kafka at {bootstrap} did not do what it was asked ({err}): see `gatehouse logs kafka`.") from err
    finally:
        client.close()
