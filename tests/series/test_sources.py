from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import MADE_FROM
from fanal.series.sources import Source, by_document, by_source, links
from makers.linked import content


def source(output, of, how="init image"):
    return Source(content(output), content(of), how, 90, "zz names zz")


def test_a_picture_is_linked_with_its_source_and_not_joined():
    (link,) = links([source(1, 0), source(1, 0)])
    assert (link.a, link.b, link.kind) == (content(1), content(0), MADE_FROM)
    assert not link.joins


def test_a_picture_that_names_itself_has_no_link():
    assert not list(links([source(1, 1)]))


def test_a_ring_is_said_and_what_leads_into_it_is_not():
    told = {
        (link.a, link.b): link.says
        for link in links([source(*one) for one in ((0, 1), (1, 2), (2, 0), (3, 0))])
    }
    ring = {one for one, says in told.items() if "ring" in says}
    assert ring == {(content(a), content(b)) for a, b in ((0, 1), (1, 2), (2, 0))}


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_rings_are_those_from_which_one_comes_back(edges):
    real = {(a, b) for a, b in edges if a != b}
    leads = {a: {b for one, b in real if one == a} for a in range(8)}

    def reached(start):
        found, waiting = set(), [start]
        while waiting:
            for one in leads[waiting.pop()] - found:
                found.add(one)
                waiting.append(one)
        return found

    names = {content(one): one for one in range(8)}
    found = {
        (names[link.a], names[link.b]): "ring" in link.says
        for link in links([source(*one) for one in edges])
    }
    assert found == {(a, b): a in reached(b) for a, b in real}


def test_a_chain_of_any_length_is_walked():
    assert len(list(links([source(one, one + 1) for one in range(20_000)]))) == 20_000


def test_pictures_of_one_source_or_document_are_tied():
    told = [(content(0), "md5 aa"), (content(1), "md5 aa"), (content(2), "md5 bb")]
    ties = list(by_source(told))
    assert {tie.sha256 for tie in ties} == {content(0), content(1)}
    assert "aa" not in ties[0].common.split()
    crowd = [(content(one), "xmp.did:template") for one in range(1001)]
    assert not list(by_document(crowd))
    assert len(list(by_document(crowd[1:]))) == 1000
