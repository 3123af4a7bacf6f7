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

# ---- a seized site: who is on it

ACCOUNTS_OF = {"one": 84, "two": 9, "three": 4, "four": 1.5, "five": 1, "six": 0.5}
"""Of 100 persons, how many have so many accounts."""
STANDING = {"active": 72, "idle": 22, "buyer": 6}
"""Of 100 first accounts, how many are used, are only opened, and only ever paid."""
TIES = {"phone": 30, "recovery": 26, "wallet": 16, "bank": 12, "card": 6, "addresses": 10}
"""Of 100 further accounts, what each has in common with an earlier one of the same person; a card
or an address may be a family's and proves nothing."""
SECOND_TIE = 0.2
"""Chance that it has a second thing in common."""
RECOVERY_IS_MAIL = 0.3
"""Chance that a shared recovery address is the other account's own e-mail address."""
SITE_BOTS, SITE_TESTS = 0.03, 0.0005
"""Shares of accounts that programs opened, and that the site's operator opened to try things."""
MINOR = 0.012
"""Share of persons that typed a year of birth below 18."""

# ---- a seized site: what people leave there

PHONE, PHONE_CONFIRMED, PHONE_ABROAD = 0.4, 0.7, 0.05
"""Chances that a person gives a telephone number, that the site sent a code to it, and that it is
of another country than the person."""
JUNK_PHONE = 0.03
"""Chance of a typed number that is none, such as a row of equal digits."""
RECOVERY = 0.35
"""Chance that an account has a recovery address."""
NAMED, NAMED_RIGHT = 0.3, 0.6
"""Chances that an account shows a name, and that it is the person's."""
DOCUMENT, DOCUMENT_FAILED = 0.02, 0.2
"""Chances that the site checked a document, and that the check failed."""
DISPOSABLE = 0.15
"""Chance of an e-mail address that lasts for ten minutes."""
PAYS = 0.35
"""Chance that a used account paid."""
METHODS = {"card": 55, "wallet": 25, "bank": 15, "voucher": 5}
"""Of 100 payers, how they pay."""
PAYMENTS = 3
"""Payments of one payer on average."""
APP_BANK, CARD_ABROAD, PREPAID = 0.1, 0.04, 0.08
"""Chances that a bank account is with an app bank of another country, that a card was issued in
another country, and that it is prepaid."""
BILLING_FAILED = 0.06
"""Chance that the processor could not confirm the billing address of an honest payer."""
PARTNER_PAYS = 0.15
"""Chance that somebody in a family pays with the card or bank account of another of it."""
LOGINS, DEEDS_OF_LOGIN = 6, 3
"""Logins of a used account, and what is done in one of them, on average."""

# ---- a seized site: what belongs to several people

HABITS = {
    "home": 48,
    "carrier": 22,
    "family": 10,
    "dorm": 5,
    "vpn at times": 8,
    "vpn": 4,
    "tor": 3,
}
"""Of 100 persons, from where they come: a line of their own, a telephone behind an address that a
carrier gives to thousands, a family's line, a dormitory's, networks that hide them."""
ROAMING = 0.1
"""Chance that a telephone's carrier lets its customers of all countries out in one country."""
TRAVELS, TRIP = 0.06, (4, 20)
"""Chance that a person was abroad and used the site there, and for how many days."""
LEASE = (20, 200)
"""Days for which a line keeps its address."""
SOLD, SOLD_BY = 0.004, (15, 40)
"""Share of accounts that were bought ready-made, and how many one seller made with one recovery
address."""
VIRTUAL, VIRTUAL_SHARED = 0.01, (10, 60)
"""Chance that a confirmed number is one that a service lends, and to how many one after another."""
POOLED = 0.05
"""Chance that a wallet address is an exchange's, which all its customers pay from."""
RECYCLED = 0.002
"""Chance that a confirmed number was another person's before."""

# ---- a seized site: stolen cards

STOLEN = 0.004
"""Accounts that paid with a stolen card, for each account."""
STOLEN_WAYS = {"bought only": 40, "thief's account": 35, "owner's name": 25}
"""Of 100 of those: an account with the owner's details that only paid; a used account of the thief
that paid with the owner's card; an account in the owner's name that is used through Tor."""
CHARGED_BACK = 0.5
"""Chance that the owner noticed and the payment was charged back."""
OWNER_CONFIRMED = 0.1
"""Chance that the thief reads the owner's mail, so that the address of the account in the owner's
name was confirmed."""

# ---- a seized site: dirt

TABLE_WRONG, RANGE_MOVED = 0.01, 0.03
"""Shares of address ranges of which a table is wrong, and that went to another country between two
tables."""
HALF_ROWS, DOUBLE_IDS = 0.0005, 0.001
"""Shares of accounts whose row is cut in the dump, and that stand in it twice, the second time with
other values."""
MOJIBAKE = 0.02
"""Share of rows with text in the wrong encoding."""
PHONE_LIES, COUNTRY_LIES = 0.05, 0.35
"""Shares of accounts of which the column says `confirmed` though no code was sent, and whose column
of the country holds what the form had preset."""
CLOCK = 420
"""Seconds by which the site's clock is fast."""
LOG_DAYS = 60
"""Days before the seizure of which the web server's log is left."""
DIGEST_KNOWN = {"sha256": 45, "md5": 30, "pdq": 15, "none": 10}
"""Of 100 media of the site, what its table says of the file."""
SHORT_DIGEST = 0.3
"""Share of generated pictures whose record gives the model's digest in ten characters only."""
