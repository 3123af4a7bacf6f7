"""What the made-up operation takes for likely: one named constant each, printed in the guide.

A benchmark upon the operation means no more than these numbers do. None of them was measured on
seized material; they are guesses about how people keep, pass on and make pictures.
"""

# ---- how much of what there is

PLANTED_EVERY = 250
"""One planted series for so many contents; never fewer than one of each way."""
FLOOD = 0.385
"""Share of generated pictures that no photograph of a person went into."""
KNOWN, IDENTIFIED, SYSTEM = 0.05, 0.05, 0.035
"""Shares of listed material without and with an identified victim, and of pictures of operating
systems on the harmless list."""
EVERYDAY = 0.55
"""Of the rest (clutter), the share of everyday photographs; the others are received pictures,
memes, screenshots, icons, thumbnails, blanks and scans."""
WAYS = {"traded": 32, "made": 20, "kin": 20, "lone": 15, "source": 8, "altered": 5}
"""Of 100 planted series, how many came about in which way."""
RECORDED = 0.6
"""Share of set-ups that leave their record in the pictures that they make."""
RUN = (20, 400)
"""Pictures of one generated run, small runs being likelier (evenly spread over the logarithm)."""

# ---- who has what

CARRIERS = (1, 4)
"""Exhibits of one suspect."""
SORTS = 0.3
"""Chance that a suspect keeps listed material sorted into one folder a series; the others keep all
of it in one or two folders."""
HOLDERS = (2, 8)
"""Exhibits on which a traded or listed series lies."""
SEIZED = 0.35
"""Chance that a suspect's camera was seized and its sensor is known."""
SERIALS = 0.4
"""Chance that a suspect's camera writes a serial number; telephones mostly do not."""

# ---- real series that nobody has identified

BESIDE = 0.7
"""Chance that an exhibit's copy of a traded series lies in a folder with listed material."""
TRADED = (5, 40)
"""Pictures of a traded series."""
COPIES = (1.2, 3.0)
"""Contents for each picture of a traded series: messengers write each anew, but not each time."""
HELD = (0.6, 1.0)
"""Share of a traded series' pictures that one exhibit has."""
STRIPPED = 0.9
"""Chance that a copy passed on by a messenger has lost its camera's record."""
SCALED = 0.7
"""Chance that such a copy was scaled down."""
RENAMED = 0.25
"""Chance that a person gave a copy a name of his own."""
SESSIONS = (1, 3)
"""Sessions of a series that a suspect made himself."""
SESSION = (5, 15)
"""Pictures of one such session."""
RECENT = 60
"""Days before the seizure within which such a series was made."""
HIDDEN_BESIDE = 0.75
"""Chance that a made series is kept in a folder with listed material; else it was passed on."""
PASSED = 0.45
"""Chance that a made series was passed to another suspect although it lies beside listed
material."""
MADE_KEEPS = 0.85
"""Chance that a made picture still has its camera's record where its maker keeps it."""
KIN = (4, 20)
"""Unlisted pictures of a session of which others are listed."""
KIN_LISTED = (0.4, 1.5)
"""Listed pictures of the same session for each unlisted one."""
KIN_BESIDE = 0.8
"""Chance that the unlisted and the listed pictures of a session lie in one folder."""
KIN_NUMBERED = 0.6
"""Chance that they still have the numbers under which the session was passed on."""
LONE = (1, 2)
"""Pictures of a series that lie alone among listed material."""
SOURCES = (1, 6)
"""Innocent photographs of one person that were put into a generator."""
FROM_SOURCE = (8, 120)
"""Pictures made from them."""
ALTERED = (5, 60)
"""Pictures made from a photograph that is not in the case."""
INPUT_RECORDED = 0.85
"""Chance that one picture made from a photograph still has the record that says so."""

# ---- what looks alike and is not

BURST = 0.3
"""Chance that a camera's picture follows the one before it within seconds and shows the same."""
BACKUP = 0.25
"""Chance that everyday photographs of a session lie on a second exhibit too."""
SENT = 0.06
"""Chance that an everyday photograph was also sent by messenger."""
STRAY = 0.02
"""Chance that a few everyday photographs of a session lie in a folder with listed material."""
YEARS = 5
"""Years over which everyday photographs are spread, the later ones being likelier."""
FORWARDED = 0.1
"""Chance that a received picture lies on a second exhibit."""
RECEIVED_BESIDE = 0.004
"""Chance that a received picture lies in a folder with listed material."""
MEME = (3, 12)
"""Exhibits on which a meme or a wallpaper lies."""
MEME_BESIDE = 0.03
"""Chance that one copy of a meme lies in a folder with listed material."""
OWN_INPUT = 0.15
"""Chance that a generated run works over pictures of its own: an input that leads nowhere."""
POSE_INPUT = 0.06
"""Chance that a generated run takes a pose or a look from a drawing."""
FLOOD_BESIDE = 0.05
"""Chance that a generated run is kept in a folder with listed material."""
FLOOD_PASSED = 0.3
"""Chance that a part of a generated run lies on another suspect's exhibit too."""
FLOOD_STRIPPED = 0.25
"""Chance that one generated picture of a recording set-up has lost its record."""
FLOOD_LISTED = 0.05
"""Share of runs that stand on a list of generated pictures."""
NEW_PROMPT = 0.02
"""Chance, at each generated picture, that the prompt is changed, and that a row of seeds ends."""
SIGNED = 0.06
"""Share of set-ups that are services which sign what they make (content credentials)."""
THUMBNAIL = 0.35
"""Chance that the second content of an everyday photograph is a thumbnail in a cache, and not the
copy that was sent."""
LAYOUT = 0.5
"""Chance that a screenshot shows one of a few layouts, so that many are near each other."""

# ---- what a perceptual hash makes of it

REENCODED_BITS = 6
"""Mean distance in bits between a picture and a re-encoded, scaled copy; one in a hundred is 20 or
more bits away."""
BURST_BITS = (8, 60)
"""Distance in bits between pictures of one burst."""
LAYOUT_BITS = (4, 28)
"""Distance in bits between a screenshot and its layout."""
