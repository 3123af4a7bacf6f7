import numpy as np

from fanal.model.series import SAME_PICTURE
from fanal.series.pictures import links, strength_of
from makers.linked import content


def made(*pairs, inner=()):
    columns = tuple(np.array(column, np.int64) for column in zip(*pairs, strict=True))
    names = [content(one) for one in range(4)]
    return list(links(names, [one in inner for one in range(4)], columns))


def test_a_link_says_how_many_bits_differ_and_how_the_picture_is_turned():
    plain, turned = made((0, 1, 12, 0), (1, 2, 1, 5))
    assert (plain.kind, plain.how, plain.joins) == (SAME_PICTURE, "pdq", True)
    assert plain.says == "perceptual hashes differ in 12 bits of 256"
    assert turned.how == "pdq turned"
    assert "in 1 bit of 256, one picture mirrored left to right" in turned.says


def test_nearer_is_stronger():
    strengths = [strength_of(distance) for distance in range(32)]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] == 100
    assert strengths[31] > 0
    assert strength_of(8, turned=True) < strength_of(8)


def test_a_picture_inside_an_animation_joins_nothing():
    (link,) = made((0, 1, 0, 0), inner={1})
    assert (link.how, link.joins) == ("pdq frame", False)


def test_two_frames_of_one_content_are_no_link():
    names = [content(0), content(0)]
    pair = tuple(np.array([one]) for one in (0, 1, 3, 0))
    assert not list(links(names, [False, True], pair))
