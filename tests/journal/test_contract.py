"""What a journal does, in every store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.exchange import Exchange, Moment
from engine.journal.entries import Filter, NoSuchExchange
from engine.journal.journal import Journal
from engine.redaction import Redactor
from tests.journal.exchanges import PASSED, answered, exchange, sent, value


@pytest.fixture(params=["sqlite", "postgresql"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    on_disk = request.param == "sqlite"
    journal = Journal.open(f"sqlite:///{tmp_path}/e.db" if on_disk else request.getfixturevalue("postgres").fresh())
    yield journal
    journal.close()


def keep(journal: Journal, *exchanges: Exchange, redactor: Redactor | None = None) -> None:
    for one in exchanges:
        journal.record(one, redactor or Redactor())
    assert journal.flush()


def found(journal: Journal, filter: Filter | None = None) -> list[str]:
    search = journal.search()
    try:
        return [entry.id for entry in search.entries(filter or Filter())]
    finally:
        search.close()


def ids(*exchanges: Exchange) -> list[str]:
    return [one.id for one in exchanges]


def test_an_exchange_is_kept_whole(journal: Journal) -> None:
    one = exchange(key="WEB-1", status="refused", error="no such customer")

    keep(journal, one)

    entry = journal.search().get(one.id)
    assert (entry.id, entry.integration, entry.message) == (one.id, "p21", "prices")
    assert (entry.key, entry.at) == ("WEB-1", one.at)
    assert (entry.status, entry.error, entry.answered_by) == ("refused", "no such customer", "system")
    assert (entry.duration, entry.reached, entry.moments) == (35_250, 280, PASSED)


def test_attempts_that_share_an_id_are_all_kept_and_the_first_is_found_by_it(journal: Journal) -> None:
    first = exchange(status="refused", error="on hold")
    again = first._replace(status="unreachable", error="away", duration=7)
    keep(journal, first, again, exchange())
    keep(journal, first._replace(status="done", error="", duration=9))

    kept = [entry for entry in journal.search().entries(Filter()) if entry.id.startswith(first.id)]
    assert sorted(entry.status for entry in kept) == ["done", "refused", "unreachable"]
    assert len({entry.id for entry in kept}) == 3
    assert journal.search().get(first.id).status == "refused"


def test_of_a_delivery_the_last_attempt_is_found_by_its_id_and_all_by_the_id_of_its_event(journal: Journal) -> None:
    delivery = "019d00000000000000000001"
    first, other = (exchange(key="C-1", ago=ago)._replace(delivery=delivery, event="W-1") for ago in (60, 30))
    last = exchange(key="C-1")._replace(delivery=delivery, event="W-1")
    keep(journal, first, last, other, exchange(key="C-2")._replace(delivery="019e00000000000000000002", event="W-2"))

    assert journal.search().get(delivery).id == last.id
    assert journal.search().get(delivery[:6]).id == last.id
    assert (journal.search().get(first.id).delivery, journal.search().get(first.id).event) == (delivery, "W-1")
    assert found(journal, Filter(key="W-1")) == found(journal, Filter(delivery=delivery)) == ids(last, other, first)
    assert found(journal, Filter(key="C-1")) == ids(last, other, first)


def test_an_exchange_that_passed_no_measuring_point_is_kept(journal: Journal) -> None:
    one = exchange(moments=())

    keep(journal, one)

    assert journal.search().get(one.id).reached == 0


def test_the_newest_comes_first_in_whatever_order_they_ended(journal: Journal) -> None:
    slow, quick, last = exchange(ago=30), exchange(ago=20), exchange(ago=10)

    keep(journal, quick, slow, last)

    assert found(journal) == ids(last, quick, slow)


@pytest.mark.parametrize(
    "filter",
    [
        Filter(integration="eclipse"),
        Filter(message="stock"),
        Filter(status="unreachable"),
        Filter(key="WEB-7"),
        Filter(point=250),
        Filter(since=datetime.now(UTC) - timedelta(hours=1)),
        Filter(integration="eclipse", message="stock", status="unreachable", key="WEB-7"),
    ],
)
def test_a_filter_finds_what_fits_and_nothing_else(journal: Journal, filter: Filter) -> None:
    wanted = exchange(
        integration="eclipse",
        message="stock",
        key="WEB-7",
        status="unreachable",
        moments=(Moment(100, 0, "", None), Moment(250, 7, "", None)),
    )

    keep(journal, exchange(ago=7200), wanted, exchange(ago=7300))

    assert found(journal, filter) == [wanted.id]


def test_a_span_of_time_has_its_beginning_and_not_its_end(journal: Journal) -> None:
    before, within, after = exchange(ago=300), exchange(ago=200), exchange(ago=100)
    now = datetime.now(UTC)

    keep(journal, before, within, after)

    span = Filter(since=now - timedelta(seconds=250), until=now - timedelta(seconds=150))
    assert found(journal, span) == [within.id]
    start = datetime.fromtimestamp(int(within.id[:12], 16) / 1000, UTC)
    assert found(journal, Filter(since=start)) == ids(after, within)
    assert found(journal, Filter(until=start)) == [before.id]


def test_an_answer_from_the_cache_is_complete_and_was_never_sent(journal: Journal) -> None:
    cached = exchange(moments=(Moment(100, 0, "", None), Moment(280, 3, "", None)))

    keep(journal, cached)

    assert found(journal, Filter(point=280)) == [cached.id]
    assert found(journal, Filter(point=180)) == []


def test_the_limit_keeps_the_newest(journal: Journal) -> None:
    kept = [exchange(ago=ago) for ago in (40, 30, 20, 10)]

    keep(journal, *kept)

    assert found(journal, Filter(limit=2)) == ids(kept[3], kept[2])


def test_a_list_is_longer_than_a_page(journal: Journal) -> None:
    kept = [exchange(ago=1300 - second) for second in range(1203)]

    keep(journal, *kept)

    assert found(journal) == ids(*reversed(kept))
    assert found(journal, Filter(limit=700)) == ids(*reversed(kept))[:700]


def test_a_follower_gets_what_was_written_later_though_it_began_earlier(journal: Journal) -> None:
    quick, slow = exchange(ago=1), exchange(ago=60)
    keep(journal, quick)
    seen = journal.search().latest()

    keep(journal, slow)

    assert found(journal, Filter(after=seen)) == [slow.id]


def test_the_beginning_of_an_id_is_enough(journal: Journal) -> None:
    one, other = exchange(ago=50_000), exchange()

    keep(journal, one, other)

    assert journal.search().get(one.id[:12]).id == one.id


def test_a_beginning_that_several_have_names_none(journal: Journal) -> None:
    keep(journal, exchange(), exchange())

    with pytest.raises(NoSuchExchange, match="several exchanges begin with"):
        journal.search().get("0")


@pytest.mark.parametrize("id", ["ffff", "%", "_", "' or 1=1 --"])
def test_an_unknown_id_is_said_to_be_unknown(journal: Journal, id: str) -> None:
    keep(journal, exchange())

    with pytest.raises(NoSuchExchange, match="no exchange has the id"):
        journal.search().get(id)


def test_payloads_are_kept_where_they_were_logged(journal: Journal) -> None:
    complete = Moment(280, 9, "", None)
    one = exchange(moments=(value({"sku": "A"}), sent('{"b":1.50}', X_Trace="7"), answered("<ok/>"), complete))

    keep(journal, one)

    assert [moment.payload for moment in journal.search().get(one.id).moments] == [
        '{"sku":"A"}',
        'POST https://p21.example.com/api/prices\nX-Trace: 7\n\n{"b":1.50}',
        "HTTP 200\n\n<ok/>",
        None,
    ]


def test_a_list_carries_payloads_of_the_measuring_point_asked_for_only(journal: Journal) -> None:
    keep(journal, exchange(moments=(value(1), answered("yes"))))

    (listed,) = journal.search().entries(Filter())
    (at_220,) = journal.search().entries(Filter(point=220))

    assert [moment.payload for moment in listed.moments] == [None, None]
    assert [moment.payload for moment in at_220.moments] == [None, "HTTP 200\n\nyes"]


def test_secrets_stand_neither_in_errors_nor_keys_nor_payloads(journal: Journal) -> None:
    moments = (value({"x": ["t0psecret"]}), sent("t0psecret"))
    one = exchange(key="k-t0psecret", error="login with t0psecret failed", moments=moments)

    keep(journal, one, redactor=Redactor(["t0psecret"]))

    assert "t0psecret" not in repr(journal.search().get(one.id))


def test_a_secret_learned_during_the_exchange_is_struck_out_too(journal: Journal) -> None:
    redactor = Redactor()
    one = exchange(moments=(answered('{"SessionKey":"6f1cAB"}'),))
    redactor.learn("6f1cAB")

    keep(journal, one, redactor=redactor)

    assert journal.search().get(one.id).moments[0].payload == 'HTTP 200\n\n{"SessionKey":"***"}'


def test_retention_removes_what_is_too_old_with_its_payloads(journal: Journal) -> None:
    old, young = exchange(ago=7200, moments=(value(1),)), exchange(ago=60, moments=(value(2),))
    elsewhere = exchange(integration="eclipse", ago=9000)
    keep(journal, old, young, elsewhere)

    journal.purge({"p21": 3600})

    assert journal.flush()
    assert found(journal) == ids(young, elsewhere)
    assert journal.search().get(young.id).moments[0].payload == "2"


def test_retention_begins_as_soon_as_it_is_asked_for(journal: Journal) -> None:
    keep(journal, exchange(ago=7200))

    journal.retain({"p21": 3600})

    assert journal.flush()
    assert found(journal) == []


def test_nothing_is_lost_in_ordinary_life(journal: Journal) -> None:
    keep(journal, *[exchange() for _ in range(1000)])

    assert (journal.lost, journal.stripped) == (0, 0)
    assert len(found(journal)) == 1000
