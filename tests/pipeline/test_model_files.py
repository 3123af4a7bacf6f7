from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.pipeline.model_files import Models


def test_no_model_files_no_links():
    record = Finding("0" * 64, "zz", "1", evidence.RECORD, "zz", data={"model": "zz-own"})
    assert Models().named_in([record]) == []
