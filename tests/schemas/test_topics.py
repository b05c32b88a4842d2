"""Topics and partitions."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.events import Kind
from schemas.topics import dead_letter_topic, partition_of, topic


@given(st.text(), st.integers(1, 64))
def test_a_site_has_one_partition_in_range(site: str, partitions: int) -> None:
    assert 0 <= partition_of(site, partitions) < partitions
    assert partition_of(site, partitions) == partition_of(site, partitions)


def test_kinds_and_dead_letters_never_share_a_topic() -> None:
    names = [topic("gatehouse", kind) for kind in Kind] + [dead_letter_topic("gatehouse")]
    assert len(set(names)) == 7
    assert not set(names) & {topic("other", kind) for kind in Kind}
