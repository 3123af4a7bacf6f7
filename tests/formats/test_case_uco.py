"""CASE/UCO that its own published shapes accept, the same every time, whatever a text holds."""

import io
import json
import re
import warnings
from dataclasses import replace

import pytest
import rdflib
from case_utils.case_validate import validate
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.formats.case_items import content
from fanal.formats.case_leads import marking
from fanal.formats.case_sources import tool
from fanal.formats.case_terms import CONTEXT, OURS, Terms, time
from fanal.formats.case_uco import CaseWriter, package
from fanal.model.package import Sighting
from makers import lists
from makers.briefs import document
from makers.handed import DUMP, SITE, identifier, lead, link, torn

KB = re.compile(r"kb:[A-Za-z0-9]+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CORE = rdflib.Namespace("https://ontology.unifiedcyberontology.org/uco/core/")
TYPES = rdflib.Namespace("https://ontology.unifiedcyberontology.org/uco/types/")
ANALYSIS = rdflib.Namespace("https://ontology.unifiedcyberontology.org/uco/analysis/")
OBSERVABLE = rdflib.Namespace("https://ontology.unifiedcyberontology.org/uco/observable/")
EVIDENCE = {
    "artefacts": [
        {
            "site": SITE,
            "artefact": "dump",
            "sha256": DUMP,
            "size": 5,
            "seized_at": "2025-03-01",
            "handler": "Zz Handler",
            "reader": "mysql 1",
        },
        {"site": SITE, "artefact": "log", "sha256": None, "size": None},
    ]
}
HEAD = {"package": "p-0123456789ab", "handling": {"code": "H2", "says": "zz", "terms": ""}}
HEAD |= {"made_with": "0.1.0"}


def facts(number=1, **more):
    digests = {name: lists.digest(name, number) for name in ("sha256", "sha1", "md5")}
    finding = {
        "analyzer": "camera",
        "version": "3",
        "kind": "maker",
        "says": "zz says",
        "for": ["C1"],
        "against": ["G2"],
        "grade": "weak",
        "log10_lr": 1e-05,
        "doubts": ["zz doubt"],
    }
    origin = {
        "state": "camera",
        "findings": [finding, {**finding, "log10_lr": None}],
        "propositions": [{"code": "C1", "says": "as a camera wrote it", "grade": "weak"}],
    }
    places = [
        {"exhibit": "17", "path": "a b/0042.jpg", "modified": "2025-01-02T03:04:05Z"},
        {"exhibit": "18", "path": "zz.jpg", "modified": "2025-01-02T03:04:05"},
        {"exhibit": "18", "path": "caf\ufffd", "path_hex": "63", "modified": None},
    ]
    return {
        **digests,
        "size": 12,
        "media_type": "image/jpeg",
        "width": 4,
        "height": 3,
        "pdq": "0f" * 32,
        "pdq_quality": 90,
        "locations": places,
        "origin": origin,
        "victim_state": "treat_as_real",
        "series": {"name": "s-zz"},
        "matches": [{}],
        "queue": {"step": 2},
        **more,
    }


def items(*every, case="zz-case"):
    out = io.BytesIO()
    losses = CaseWriter(case, "0.1.0").write(map(Sighting, every), out)
    return out.getvalue(), {loss.field: loss.items for loss in losses}


def leads(*every, given=None):
    first = lead()
    told = every or (replace(first, joins=(link(first, first, "zz", identity=True),)), torn())
    documents = [document(one) for one in told]
    documents[0]["assessments"] = [
        {
            "id": "j-1",
            "kind": "category",
            "about": "L-1",
            "other": "",
            "value": "witness",
            "grounds": "zz",
            "evaluation": {"source": "B", "information": "3"},
            "by": "Zz Officer",
            "when": "2026-11-25T00:00:00Z",
        }
    ]
    return package(HEAD, documents, given or {}, EVIDENCE)


def graph(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own
        return rdflib.Graph().parse(data=data, format="json-ld")


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Both files and a bad one, judged together: the ontology is read once."""
    folder = tmp_path_factory.mktemp("case")
    given = {lists.digest("sha256", 1): facts()}
    first = lead()
    whole = replace(first, joins=(link(first, first, "zz", identity=True),))
    (folder / "leads.jsonld").write_bytes(leads(whole, given=given)[0])
    (folder / "items.jsonld").write_bytes(items(facts(2))[0])
    bad = {
        "@context": dict(CONTEXT),
        "@id": "http://example.org/kb/bad",
        "@type": "uco-types:Hash",
        "uco-types:hashMethod": "SHA256",
        "uco-types:hashValue": "c0c0",
    }
    (folder / "bad.jsonld").write_text(json.dumps(bad))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return validate(
            [str(folder / f"{name}.jsonld") for name in ("leads", "items", "bad")],
            case_version="case-1.4.0",
        )


def test_the_published_shapes_accept_all_but_what_is_wrong_on_purpose(judged):
    results = [str(node) for node in judged.graph.objects(None, rdflib.SH.focusNode)]
    assert not judged.conforms
    assert set(results) == {"http://example.org/kb/bad"}, judged.text
    assert judged.undefined_concepts == set()


def test_ids_are_the_same_every_time_and_those_of_no_other_case():
    assert items(facts()) == items(facts())
    assert leads() == leads()
    nodes = json.loads(items(facts())[0])["@graph"]
    assert all(KB.fullmatch(node["@id"]) for node in nodes)
    assert len({node["@id"] for node in nodes}) == len(nodes)
    here, there = (json.loads(items(facts(), case=name)[0]) for name in ("zz-1", "zz-2"))
    assert here["@context"]["kb"] != there["@context"]["kb"]


def test_digests_are_typed_and_the_class_of_an_origin_has_no_confidence():
    found = graph(items(facts())[0])
    values = set(found.objects(None, TYPES.hashValue))
    assert {value.datatype for value in values} == {rdflib.XSD.hexBinary}
    assert {str(value).lower() for value in values} == {
        lists.digest(name, 1) for name in ("sha256", "sha1", "md5")
    }
    assert [str(each) for each in found.objects(None, ANALYSIS["class"])] == ["origin: camera"]
    assert not list(found.objects(None, ANALYSIS.classificationConfidence))
    weight = rdflib.URIRef(f"{OURS}log10LikelihoodRatio")
    weights = list(found.objects(None, weight))
    assert [(str(one), one.datatype) for one in weights] == [("0.00001", rdflib.XSD.decimal)]


def test_every_place_belongs_to_the_record_of_its_exhibit():
    written = json.loads(items(facts(), facts(2))[0])["@graph"]
    records = [node for node in written if node["@type"].endswith(":ProvenanceRecord")]
    held = {one["case-investigation:exhibitNumber"]: len(one["uco-core:object"]) for one in records}
    assert held == {"17": 2, "18": 4}
    ids = {node["@id"] for node in written}
    assert all(each["@id"] in ids for one in records for each in one["uco-core:object"])


def test_a_day_or_a_word_is_no_time():
    assert time("2025-01-02T03:04:05Z")["@value"] == "2025-01-02T03:04:05Z"
    for text in ("", None, "2025-01-02", "2025-13-02T03:04:05Z", "zz"):
        assert time(text) is None


def test_what_has_no_home_is_counted():
    _, lost = items(facts(), facts(2, matches=[], series=None), facts())
    assert lost["item"] == 1
    assert lost["matches"] == 1
    assert lost["queue"] == lost["pdq_quality"] == lost["origin"] == 2
    assert {"contents"} < {loss.field for loss in leads()[1]}


def test_a_lead_tells_accounts_identifiers_deeds_and_provenance():
    found = graph(leads(given={lists.digest("sha256", 1): facts()})[0])
    kinds = {str(kind).rpartition("/")[2] for kind in found.objects(None, rdflib.RDF.type)}
    assert {"DigitalAccount", "EmailAddress", "PhoneAccount", "IPv4Address", "Person"} <= kinds
    assert {"Action", "Annotation", "ProvenanceRecord", "InvestigativeAction"} <= kinds
    assert {"MarkingDefinition", "StatementMarking", "Investigation", "Tool"} <= kinds
    numbers = {str(each) for each in found.objects(None, OBSERVABLE.phoneNumber)}
    assert numbers == {
        each.value for one in (lead(), torn()) for each in one.identifiers if each.kind == "phone"
    }
    for node in found.subjects(rdflib.RDF.type, OBSERVABLE.DigitalAccount):
        assert list(found.objects(node, CORE.objectMarking))
    marks = {
        str(each)
        for each in found.objects(
            None, rdflib.URIRef("https://ontology.unifiedcyberontology.org/uco/marking/statement")
        )
    }
    assert any(each.startswith("H2: ") for each in marks)


def test_a_payer_is_not_called_the_person():
    nodes = json.loads(leads(lead())[0])["@graph"]
    kinds = [node.get("uco-core:kindOfRelationship") for node in nodes]
    assert kinds.count("Paid_With_By_Somebody") == 1
    assert kinds.count("Identifier_Of") == 5


def test_what_is_said_of_a_case_is_spelt_by_its_own_makers():
    terms = Terms("zz")
    assert tool(terms, "1")["uco-tool:version"] == "1"
    assert content(terms, {"sha256": DUMP}, [])["@id"] == terms.id("file", DUMP)
    made = marking(terms, {"code": "H3", "says": "zz", "terms": "only zz"})
    (statement,) = made["uco-marking:definition"]
    assert statement["uco-marking:statement"] == "H3: zz. only zz"


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_text_breaks_the_graph(text):
    one = lead()
    one = replace(
        one,
        accounts=(replace(one.accounts[0], username=text, id=text, site=text),),
        identifiers=(
            identifier(text, text, 1),
            identifier("email", text, 1),
            identifier("address", text, 1),
        ),
        deeds=tuple(replace(each, what=text, says=text, first=text) for each in one.deeds),
        reasons=tuple(replace(each, family=text, says=text, first=text) for each in one.reasons),
    )
    found = graph(leads(one)[0])
    logins = [str(each) for each in found.objects(None, OBSERVABLE.accountLogin)]
    assert logins == ([text] if text else [])
    place = {"exhibit": text, "path": text, "modified": text}
    written = graph(items(facts(locations=[place]))[0])
    paths = [str(each) for each in written.objects(None, OBSERVABLE.filePath)]
    assert paths == ([text] if text else [])
