"""How many records of each kind and owner an entry of the access log tells of."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from graph.access import counted

OWNERS = st.text("019AZ", min_size=4, max_size=6)
RECORDS = st.one_of(
    st.builds("{}/{}/{}".format, st.sampled_from(("lot", "package", "receipt")), OWNERS, st.text("-./0A_z", min_size=1, max_size=4)),
    OWNERS.map("enterprise/{}".format),
)


@given(st.sets(RECORDS))
def test_every_record_is_counted_once(records: set[str]) -> None:
    assert {(kind, owner): count for kind, owner, count in counted(records)} == Counter(
        (kind, owner) for kind, owner, *_ in map(parts, records)
    )


def parts(record: str) -> list[str]:
    return record.split("/", 2)
