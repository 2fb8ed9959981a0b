"""What the columns of tables of posts are called: by tools, in spreadsheets, in several languages.

The names are declared once (`SYNONYMS`: what a column is, in the order of trust), case, blanks,
accents and underscores not counting; a tool is a set of names that tells it and what has to be
known of it (`Tool`). Beside them the words that stand in columns: what a post is (`KINDS`), whose
it is (`SITES`, `OURS`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from i4analysis.archive.rows.reader import folded

# What a column is → its names, folded; the first of a row that holds something is believed.
SYNONYMS: Mapping[str, str] = {
    "id": "idstr tweetidstr tweetid statusid statusidstr postid twitterid guid id idtweet"
    " iddeltweet idpost identifiantdutweet ids tweetids identifiant iddotweet iddeltuit"
    " tweetkimliği tweetkimliğinumarası tweetazonosito idtweetu idтвита idтвиту 트윗id ツイートid"
    " 推文id معرفالتغريدة رقمالتغريدة شناسهتوییت",
    "url": "permalink tweeturl tweetlink linktotweet statusurl tweetpermalink articleurl posturl"
    " tweetaddress originaltweeturl postlink parsedtweeturl url link lien permalien enlace"
    " permanenturl expandedurl mentionurl liendutweet ツイートurl 推文链接 推文連結 uri posturi"
    " tooturl statusuri permalinkurl trackbackpermalink liendupost postpermalink messageurl"
    " lientweet",
    "author": "screenname userscreenname authorscreenname fromuser userusername authorusername"
    " username authorhandle userhandle handle twitterhandle author user from account nomdecompte"
    " nomdutilisateur pseudo auteur compte benutzername nutzername usuario utente nombredeusuario"
    " nomedeusuario nomeutente usuariodetwitter nomutilisateur kullanıcıadı kullanıcı uzivatel"
    " felhasznalonev anvandarnamn gebruikersnaam gebruiker имяпользователя пользователь"
    " користувач χρηστης اسمالمستخدم المستخدم نامکاربری שםמשתמש ユーザー名 アカウント名 用户名"
    " 使用者名稱 사용자이름 사용자 アカウント 账号 帳號 계정 nutzer acct accountacct"
    " accountusername accounthandle usernick"
    " trackbackauthornick authornick quiatweete attributionusername",
    "author_id": "useridstr userid authorid fromuseridstr fromuserid accountid altexternalid"
    " twitterauthorid externalauthorid userprofileid authoruserid userrestid did authordid"
    " userdid",
    "profile": "authorurl userurl accounturl profileurl authorprofileurl userprofileurl userlink"
    " authorlink profilelink",
    "name": "fullname displayname userdisplayname authorname userfullname authorfullname realname"
    " name accountdisplayname",
    "date": "createdat tweetcreatedat tweetcreatedts tweetcreated tweettime datetime timestamp"
    " date publishdate publisheddate pubdate datecreated postedat postdate tweetdate datetweet"
    " created time timestampepochs dateheure horodatage postedtime tweetpostedtime datetimeutc"
    " dateutc createdatutc timeutc datepublication datedepublication fecha datum timestampms"
    " createdon creationdate datedecreation fechadecreacion datadecriacao datacreazione"
    " erstelltam data olusturulmatarihi tarih fechadepublicacion datadipubblicazione"
    " datadicreazione veroffentlichtam datadepublicacao dataehora fechayhora datumzeit дата"
    " датапубликации תאריך ημερομηνια التاريخ تاريخالنشر تاریخ 投稿日時 ツイート日時 日時"
    " 日付 日期 날짜 quand quando cuando wann 发布时间 發布時間 작성일 작성일시 published"
    " publishedat publicationdate dateposted"
    " datedutweet datedetweet publicationtime datepublie datedeparution parution postedon"
    " publisheddateutc ts when",
    "text": "fulltext text tweettext tweet content rawcontent tweetcontent posttext body message"
    " contents texte contenu textedutweet texto testo texteintegral mentiontext textodeltweet"
    " textodotweet testodeltweet textodeltuit tweetmetni metin texttweetu szoveg innehall tekst"
    " текст тексттвита тексттвіту κειμενο النص نصالتغريدة متن טקסט 本文 ツイート本文 推文内容"
    " 推文內容 내용 ツイート つぶやき 推文 트윗 твит tuit tuite toot toottext skeet contenttext"
    " contentplain accounttext dataquotetext msg",
    "lang": "lang language tweetlang tweetlanguage isolanguagecode langue idioma sprache lingua",
    "reshares": "retweets retweetcount retweetscount numberofretweets nretweets twitterretweets"
    " nbretweets retweetsreceived retweetnum reposts repostcount rtcount rts retuits rt"
    " retweetcounts partages shares retweetsayısı numeroderetweets numerodiretweet anzahlretweets"
    " ретвиты عددالريتويت retuites リツイート リツイート数 转发数 轉發數 리트윗수 reblogs"
    " reblogscount boosts"
    " boostscount boostcount repostscount nombrederetweet",
    "likes": "favorites favoritecount favoritescount favourites favouritecount likes likecount"
    " likescount numberoflikes likenum nlikes nbfavoris favs likesreceived jaime megusta"
    " gefalltmir いいね curtidas favoris like favorite jaimes nombredejaime mipiace"
    " beğenisayısı beğeni"
    " nblikes عددالإعجابات いいね数 点赞数 點讚數 nombredefavori",
    "favourites": "favouritescount statusfavouritescount",
    "hashtags": "hashtags hashtag tags",
    "mentions": "mentions mentionedauthors usermentions mentionedusers",
    "urls": "urls expandedurls outlinks links",
    "media": "media mediaurls photos images imgurls pictures",
    "reshared_id": "retweetedstatusid retweetedstatusidstr retweetedtweetid retweetedid"
    " retweetstatusid retweetid reweetid rtid originaltweetid inretweetofpostid retweetedurl"
    " retweetedtweeturl retweettweetid retweetedstatustweetid retweetedstatusrestid"
    " retweetedstatuspostid retweetedstatuslink retweetedstatusurl",
    "reshared_author": "retweetedstatususerscreenname retweetedstatususerusername"
    " retweetedscreenname retweetedusername retweeteduser retweetscreenname retweetusername"
    " originaltweetusername",
    "reshared_author_id": "retweetedstatususeridstr retweetedstatususerid retweeteduserid"
    " retweetuserid originaltweetuserid",
    "reshared_text": "retweetedstatusfulltext retweetedstatustext retweetedtext retweettext"
    " retweetfulltext originaltweettext",
    "is_reshare": "isretweet isrt retweet esretweet eretweet eunretweet istretweet estretweet"
    " estunretweet isreblog isboost isrepost",
    "post_type": "posttype tweettype messagetype typedetweet typedepost",
    "referred_type": "referencedtype referencedtweettype referencedtweetstype reftype"
    " sourcetweettype",
    "references": "referencedtweets",
    "referred_id": "referencedid referencedtweetid referencedtweetsid refid sourcetweetid",
    "quoted_id": "quotedstatusid quotedstatusidstr quotedtweetid quotedid quoteid quotedurl"
    " quoteurl quotedtweeturl quotedpostlink quotedstatustweetid quotedstatusrestid"
    " quotedstatuspostid quotedstatuslink quotedstatusurl",
    "quoted_author": "quotedstatususerscreenname quotedstatususerusername quotedstatususername"
    " quotedstatusscreenname quotedusername quotedscreenname quoteduserscreenname"
    " quotedtweetusername",
    "quoted_author_id": "quotedstatususeridstr quotedstatususerid quoteduserid quotedtweetuserid",
    "is_quote": "isquotestatus isquote isquotetweet isquoted",
    "replied_id": "inreplytostatusid inreplytostatusidstr inreplytotweetid replytostatusid"
    " replytotweetid parenttweetid inreplytopostid inreplytoid inreplytourl replytourl"
    " replyingtotweet",
    "replied_author": "inreplytoscreenname inreplytousername replytoscreenname inreplyto replyto"
    " to",
    "replied_author_id": "inreplytouserid inreplytouseridstr replytouserid",
    "is_reply": "isreplyto isreply",
    "conversation": "conversationid conversationidstr",
    "source": "source client sourcelabel sourcename via",
    "views": "viewcount viewscount views impressions impressioncount",
    "place": "placefullname",
    "truncated": "truncated",
    "followers": "userfollowerscount followerscount userfollowercount followercount userfollowers"
    " followers follower twitterfollowers numberoffollowers authorfollowercount authorfollowers"
    " nbabonnes abonnes seguidores takipçisayısı accountfollowers accountfollowerscount"
    " authorfollowerscount followersfans followersatposting",
    "following": "userfriendscount friendscount userfollowingcount followingcount userfriends"
    " friends following followings offollowings twitterfollowing numberoffriends userfollowing"
    " authorfollowing follows"
    " abonnements accountfollowing accountfollowingcount",
    "bio": "userdescription acctdesc description bio userbio authordescription biographie"
    " biography",
    "location": "userlocation location authorlocation",
    "verified": "userverified verified authorverified",
}
_ROLES = {
    folded(word): (rank, role)
    for role, words in SYNONYMS.items()
    for rank, word in enumerate(words.split())
}
# the clock of a day that another column tells
_OF_CLOCKS = (
    "heure hora horario hour klockan ora orario saat tijd time timeet timegmt timeutc uhrzeit"
    " время час الساعة الوقت 時刻 時間 时间 시간"
)
_CLOCKS = frozenset(map(folded, _OF_CLOCKS.split()))
# what may stand before or behind a name and changes nothing, where the name is of such a thing
_AROUND = re.compile(
    r"(?:tweet|post|status|nombrede?|numberof|of|nb)?(?P<core>.+?)(?:utc|gmt|[ec][ds]?t|cest|href)?"
)
# what stands before the name of a thing of the author's: senderfollowerscount
_WHOSE = re.compile(
    r"(?:sender|tweeter|influencer|poster|author|user|account|profile|owner|creator|twitter)s?"
    r"(?P<core>screenname|handle|displayname|follow(?:er|ing)s?(?:count)?|friends(?:count)?|bio"
    r"|biography|description|location)"
)
_SURE = frozenset({"date", "text", "lang", "reshares", "likes", "followers", "views", "url"})
# of dotted names: whose parts are the author's, and whose are the post's own
_AUTHORS = frozenset({
    "account", "author", "creator", "owner", "profile", "tweetby", "tweeter", "user", "userinfo",
})  # fmt: skip
# and whose are those of the post that it quotes or reshares
_REFERRED = (
    (re.compile(r"quoted?(?:tweet|status|post)?"), "quotedstatus"),
    (re.compile(r"(?:retweet(?:ed)?|repost(?:ed)?)(?:tweet|status|post)?"), "retweetedstatus"),
)
_OWN = frozenset({
    "attributes", "content", "counts", "data", "details", "engagement", "fields", "legacy",
    "metrics", "post", "publicmetrics", "source", "stats", "status", "tweet", "twitter",
})  # fmt: skip
DECLARED = tuple(
    role
    for role in SYNONYMS
    if role
    not in (
        "conversation",
        "favourites",  # a toot's likes; of Twitter how many posts the account has liked
        "post_type",
        "profile",
        "references",
        "referred_id",
        "referred_type",
        "reshared_text",
        "truncated",
    )
)
# what a post is, in the words of tools → its kind
KINDS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "reshare": "retweet retweeted repost reposted reshare rt share partage reprise retuit"
        " twitterretweet boost",
        "quote": "quote quoted quotetweet quotedtweet quoteretweet citation cita quotes"
        " retweetwithcomment twitterquote",
        "reply": "reply replied repliedto repliesto reponse respuesta antwort twitterreply"
        " tweetreply",
        "post": "tweet post original originaltweet tweetoriginal twitterupdate status mention"
        " mentions text",
    }.items()
    for word in words.split()
}
# a column's name that says whose network it is, in several languages; of what is shared again
# other networks speak too
TWEET = re.compile(
    r"(?<!re)(?:tweet|tuit)|(?<!ре)твит|(?<!リ)ツイート|(?<!리)트윗|推文|(?<!اعادة)(?:ال)?تغريد(?!ال)"
)
# names of columns that may hold such words, or the name of a site
TYPES = frozenset({"type", "kind", "nature", "category", "typedepublication", "publicationtype"})
SITES = frozenset({"platform", "plateforme", "network", "reseau", "socialnetwork", "reseausocial",
                    "mediatype", "typedemedia", "sourcetype", "source", "site", "channel", "host",
                    "domain"})  # fmt: skip
OURS = frozenset({"twitter", "x", "twittercom", "xcom", "twitterx", "xtwitter"})
ELSEWHERE = frozenset(
    [
        "subreddit",
        "selftext",
        "pagename",
        "facebookid",
        "instagram",
        "channelid",
        "videoid",
        "subtitle",
        "did",
        "uri",
        "cid",
        "originalposter",
        "boardid",
        "threadid",
        "renoteid",
    ]
)


class Tool(NamedTuple):
    """A tool told by its columns.

    Attributes
    ----------
    name, title
        In the files table, and for people.
    tells
        Names of columns, folded, that tell it.
    own
        Columns that are something else than their names say: name → what it is, "" for nothing.
    local
        The dates are of a clock that stands in no known zone: the id's are believed first.
    day_first
        How 03/04/2015 is meant; None where the file has to tell.
    """

    name: str
    title: str
    tells: str
    own: Mapping[str, str] = {}
    local: bool = False
    day_first: bool | None = None


TOOLS: tuple[Tool, ...] = (
    Tool(
        "getoldtweets",
        "GetOldTweets and GetOldTweets3",
        "username date retweets favorites text geo mentions hashtags id permalink",
        local=True,
    ),
    Tool(
        "twitterscraper",
        "twitterscraper",
        "screenname username tweetid tweeturl timestamp text isreplyto",
        {"username": "name", "links": "urls", "replytousers": ""},
    ),
    Tool("tweet-harvest", "tweet-harvest", "conversationidstr fulltext idstr tweeturl useridstr"),
    Tool(
        "netlytic",
        "Netlytic",
        "guid link pubdate author title",
        {"id": "", "title": "text", "to": "replied_author", "description": ""},
    ),
    Tool(
        "fivethirtyeight",
        "FiveThirtyEight's release of troll tweets",
        "author content publishdate posttype accountcategory",
        {"language": "", "region": ""},
        day_first=False,
    ),
    Tool(
        "ifttt",
        "IFTTT sheets",
        "username text linktotweet createdat",
        local=True,
    ),
    Tool(
        "kaggle",
        "collections of Kaggle (user_name, user_followers, date, text)",
        "username userlocation userdescription userfollowers userfriends date text",
        {"username": "name"},
    ),
    Tool(
        "rtweet-1",
        "rtweet 1 without its users",
        "createdat idstr fulltext isquotestatus favoritecount",
        {"text": ""},
    ),
    Tool(
        "scweet",
        "Scweet",
        "userscreenname username timestamp embeddedtext tweeturl",
        {"userscreenname": "name", "username": "author", "text": "", "embeddedtext": "text"},
    ),
    Tool(
        "scweet",
        "Scweet",
        "userscreenname username timestamp text emojis comments tweeturl",
        {"userscreenname": "name", "username": "author"},
    ),
    Tool(
        "vicinitas",
        "Vicinitas",
        "tweetid text screenname utc createdat favorites tweettype",
        {"hashtags": "", "mentions": "", "urls": "", "mediaurls": "", "language": ""},
    ),
    Tool(
        "twitter-analytics",
        "Twitter Analytics: an account's own posts",
        "tweetid tweetpermalink tweettext time impressions engagements",
        {"follows": "", "engagements": "", "shares": ""},  # what each post has brought
    ),
    Tool(
        "nodexl",
        "NodeXL's edges, of which several may be of one post",
        "vertex1 vertex2 relationship tweet importedid twitterpagefortweet",
        {
            "vertex1": "author",
            "vertex2": "",
            "relationship": "post_type",
            "tweet": "text",
            "tweetdateutc": "date",
            "twitterpagefortweet": "url",
            "importedid": "id",
            "hashtagsintweet": "hashtags",
            "urlsintweet": "urls",
        },
        day_first=False,
    ),
    Tool("streamr", "streamR", "idstr useridstr screenname usercreatedat utcoffset placelat"),
    Tool(
        "ntscraper",
        "ntscraper",
        "link text userusername userprofileid date isretweet likes",
        {
            "isretweet": "",
            "externallink": "urls",
            "replyingto": "replied_author",
        },
    ),
    Tool(
        "nitter-scraper",
        "nitter_scraper",
        "tweetid tweeturl username isretweet ispinned time text",
        {"isretweet": ""},  # a row is the original, whoever's page it was found on
    ),
    Tool(
        "brightdata",
        "Bright Data's posts of X",
        "id userposted description dateposted url",
        {
            "userposted": "author",
            "description": "text",
            "timestamp": "",
            "userid": "author_id",
            "quotedpost": "quoted_id",
            "quotedstatusprofileid": "quoted_author",
            "parentpostdetails": "replied_id",
            "parentpostdetailspostid": "replied_id",
            "parentpostdetailsprofileid": "replied_author",
            "taggedusers": "mentions",
            "externalurl": "urls",
            "quotes": "",
        },
    ),
    Tool(
        "snscrape-tutorial",
        "the columns of snscrape's tutorials (Datetime, Tweet Id, Text, Username)",
        "datetime tweetid text username",
    ),
)


class Layout(NamedTuple):
    """What the columns of a file are: role → columns, in the order of trust; and its tool."""

    columns: Mapping[str, tuple[str, ...]]
    tool: Tool | None
    fixed: Mapping[str, str] = {}


def mapping_of(header: Sequence[str]) -> Layout:
    """Return what the columns of a table are, as far as their names tell.

    Examples
    --------
    >>> mapping_of(["", "Datetime", "Tweet Id", "Text", "Username"]).columns["id"]
    ('Tweet Id',)
    """
    names = {_word(name): name for name in reversed(header) if name}
    tool = next((one for one in TOOLS if set(one.tells.split()) <= set(names)), None)
    own = tool.own if tool is not None else {}
    ranked: dict[str, list[tuple[int, str]]] = {}
    for fold, name in names.items():
        rank, role = (-1, own[fold]) if fold in own else _role(fold)
        if role:
            ranked.setdefault(role, []).append((rank, name))
        if fold in _CLOCKS:
            ranked.setdefault("clock", []).append((0, name))
    if "screenname" in names and "username" in names and "username" not in own:
        ranked["author"] = [one for one in ranked["author"] if folded(one[1]) != "username"]
        ranked.setdefault("name", []).append((9, names["username"]))
    if "author" in ranked and "name" in ranked and "fullname" in names:
        ranked["name"].sort()
    columns = {role: tuple(name for _, name in sorted(found)) for role, found in ranked.items()}
    return Layout(columns, tool)


def _role(fold: str) -> tuple[int, str]:
    """Return how far a name is trusted, and what a column of this name is; "" for nothing known.

    Examples
    --------
    >>> [_role(fold)[1] for fold in ("text", "tweettimestamp", "dategmt", "nombredejaime", "x")]
    ['text', 'date', 'date', 'likes', '']
    """
    if fold in _ROLES:
        return _ROLES[fold]
    match = _WHOSE.fullmatch(fold)
    if match:
        rank, role = _ROLES.get(match["core"], (0, ""))
        return rank + 200, role
    match = _AROUND.fullmatch(fold)
    rank, role = _ROLES.get(match["core"], (0, "")) if match else (0, "")
    return (rank + 100, role) if role in _SURE else (0, "")


def _word(name: str) -> str:
    """Return a column's name as `SYNONYMS` writes it; of a dotted one what the parts mean.

    Examples
    --------
    >>> [_word(name) for name in ("Tweet ID", "author.name", "stats.likes", "tweet.user.handle")]
    ['tweetid', 'fullname', 'likes', 'userhandle']
    >>> _word("quoted_tweet.author.username")
    'quotedstatususerusername'
    """
    *path, last = [folded(part) for part in name.split(".")]
    path = path[2:] if path[:2] == ["data", "quote"] else path  # so Storify calls what it shows
    path = [part for part in path if part not in _OWN]
    other = [whose for part in path[:1] for like, whose in _REFERRED if like.fullmatch(part)]
    if other:
        return "".join((*other, *("user" if one in _AUTHORS else one for one in path[1:]), last))
    if len(path) == 1 and path[0] in _AUTHORS:
        return "fullname" if last == "name" else f"user{last}"
    return "".join((*path, last))
