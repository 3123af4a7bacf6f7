"""What lists say of several contents is counted, each content once."""

from fanal.model.known import Match
from fanal.pipeline.listed import listed
from fanal.stores.interface import Server
from makers.cases import digest, opened

ONE, OTHER, THIRD = (digest("sha256", number) for number in range(3))


def test_what_lists_say_is_counted_and_a_near_harmless_entry_says_nothing():
    store = opened(Server("memory://zz-listed"), name="memory")
    with store.act("zz", "match") as act:
        act.put([Match(ONE, "zz", "illegal", "md5", 0, 1, victim_identified=True)])
        act.put([Match(ONE, "zz near", "illegal", "pdq", 9, 1, victim_identified=True)])
        act.put([Match(OTHER, "zz harmless", "harmless", "pdq", 9, 1, None)])
    told = listed(store, [ONE, OTHER, THIRD])
    assert told == {"known, victim identified": 1, "on no list": 2}
    store.close()
