from sqlalchemy import create_engine, insert

from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.stores import questions
from fanal.stores.rows import shapes
from makers.cases import item, place


def test_questions_join_contents_with_their_places():
    metadata, kinds = shapes()
    tables = {kind: kinds[kind].table for kind in (Item, Place, Seen)}
    seen = Seen(item(1).sha256, "zz", "1", "done")
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        for record in (item(1), item(2), place(1), place(2), seen):
            row = kinds[type(record)].row(record)
            table = tables[type(record)]
            connection.execute(insert(table).values((*row, 1, b"zz")))
        asked = questions.unfinished(*tables.values(), "zz", "1")
        assert connection.execute(asked).fetchall() == [(place(2).exhibit, place(2).path)]
        asked = questions.unfinished(*tables.values(), "zz", "2")
        assert len(connection.execute(asked).fetchall()) == 2
        rows = connection.execute(questions.measures(tables[Item], tables[Place])).fetchall()
    size = item(1).size + item(2).size
    assert sum(places for _, places, _, _ in rows) == 2
    assert sum(read for *_, read in rows) == size
