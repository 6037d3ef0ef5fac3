"""Tables for make_crawlers.py and make_browser_words.py: texts in the user agents of people's programs.

Texts are lower case. Conditions are those of data/crawlers.txt.
"""

# The user agent of every browser contains one of these, after "Mozilla/" or "Opera/".
ENGINES = [
    "webkit/", "gecko/", "like gecko", "gecko ", "msie", "trident/", "khtml", "presto/", "goanna/", "chrome/", "firefox/",
    "safari/", "opera", "iceweasel", "konqueror", "netsurf", "dillo", "browser/", "netpositive", "netfront",
]

# A browser's engine inside of another program, or in a machine whose makers add arbitrary words to
# the user agent: additional words are no sign of a crawler there.
EMBEDDED = [
    "; wv", "version/4.0 chrome/", "electron/", "[fban/", "[fb_iab/", "metaiab ",
    "hbbtv", "smarttv", "smart-tv", "smart tv", "smarthub", "netcast", "omi/", "ce-html", "viera", "bravia", "opera tv", "web0s",
    "webos", "nettv", "_tv_", " stv;", "googletv", "google tv", "crkey", "qtwebengine", "playstation", "nintendo", "xbox", "oculus", " vr ", "tesla", "kindle", "silk/",
    "linux arm", "linux mips", "linux aarch64", "linux sh4",
    "symbian", "series60", "series40", "s40ov", "maemo", "blackberry", "windows ce", "windows phone", "iemobile", "tizen", "midp",
    "brew", "j2me", "netscape", "novarra",
    # WeChat and WeCom, DingTalk, Lark and Feishu, Alipay and other programs of Alibaba, on desktops, too.
    "micromessenger/", "wxwork/", "wxworklocal/", "dingtalk(", "dingtalk/", "larklocale/", "aliapp(",
    # Programs on desktops that contain Chromium (CEF, WebView2): Steam, Outlook, OBS, launchers of games, Zoom, a browser for exams.
    "valve steam", "oneoutlook/", " obs/", "epicgameslauncher/", "battle.net/", "goggalaxyclient/", "overwolf/", "riotclient/",
    "leagueoflegendsclient/", "eaapp/", "zoomapps/", " respondus/",
]

# Other programs that people use, and the machines on which they run.
PROGRAMS = [("-", text.strip(" ")) for text in """android|iphone|ipad|ipod|dalvik/|cfnetwork/|cronet/|alamofire|watchos|tvos|ios/|; build:
    hbbtv|nettv|brightsign|windows phone|iemobile|windows ce|windows mobile|smarttv|smarthub|omi/|playstation|nintendo|xbox|vizio|bravia|appletv|apple tv|tpapi|roku|sonos|upnp/|kaios|garmin
    netfront|ucweb|ucbrowser|uc browser|obigo|maui|teleca|up.browser|up.link|midp|nokia|blackberry|docomo|samsung|j2me|symbian
    sonyericsson|htc_|polaris
    beyondpod|castbox|icatcher|cinemo|[fban/|[fb_iab|youview|songbird
    podcast|podcatcher|player|radio|music|audio|cast/|itunes/|coremedia|stagefright|gstreamer|libvlc|vlc/|libmpv|wmfsdk|winamp
    xbmc|exoplayer|qtver|mediago|soundwaves|antennapod|mqqbrowser|onebrowser|wap-browser|segasaturn|clementine|sherpya
    microsoft office|ms-office|msoffice|lotus-notes|outlook-express|) word/|) excel/|) powerpoint/|(mac os/|staroffice|openoffice|thunderbird
    amiga|morphos|ibrowse|risc os|os/2|inferno|mosaic/|netpositive|navigator/|; nav|; i)|; i;|; i ;
    _app_|mobile app
""".strip(" \n").replace("\n    ", "|").split("|")]

# Systems and brands of telephones, as a word or at the start of the user agent.
PROGRAMS += [("wt", "ios"), ("wt", "macos"), ("w", "os x version")]
PROGRAMS += [("s", text) for text in """
    lg-|lg/|lge-|lg |lgk|mot-|sie-|sec-|alcatel|htc|philips|sagem|sharp|panasonic|siemens|motorola|amoi|haier|asus|acer|huawei|lenovo|pantech|kyocera|zte|lgu|sonyc|sonyl|sonym|sonys|(samsung|(android)
    lynx/|w3m/|links (|elinks/|elinks (|dillo|netsurf|konqueror|iceweasel|icab|uzbl|xombrero|dooble|url/emacs|emacs-w3m|wapalizer|awasu
    com.|my.com.|de.|fm.
""".strip(" \n").replace("\n    ", "|").split("|")]

# Programs for podcasts, music and the radio, readers and other programs of people, whose names do not
# show their purpose, at the start of the user agent.
NAMES = """
    airr|acast|amazonmusic|amazonavs|anytime/|ard audiothek|arteradio|balados|bashpodder|bbc%20|bbc sounds|bitcast|bose/|breaker/
    brink/|bullhorn|campfirefm|castamatic|castget|castria|castro |cinemo|coolerfm|cpod/|dan podcast|deezer|devcasts|dlf |doggcatcher
    dosis diaria|doubletwist|downcast/|earmark/|echo/1|fb4a/|fban/|feedly/|flux |foobar2000|fountain/|fdm |gaana|godcasterapp|goodpods
    gpodder/|detlef/|gsa/|guardian|headliner/1.0.0 (headliner-play|hermespod|himalaya|hypercatcher|icatcher|iheart|ivoox|jam/|jamit
    jiosaavn|juice/|kasts|kkbox|leparisien|lesindesradios|lisny|listen5|luminary|majelan|mediamonkey|megaphone.fm|metacast|mimir|miro/
    mixerbox|moon fm|mpv |musicbee|mytuner|neuecast|newsboat|newsly|noice/|npr%20|nproneandroid|nrc|openstream|overcast|palco mp3
    pandora|peacast|pinepods|playapod|pocket casts|pocketcasts|podbean|podchaser|podclipper|podcoin|podcruncher|podfriend|podhero
    podimo|podkicker|podlp|podmn|podopolo|podpuppy|podtrapper|podu|podverse|podyssey|prdownloader|procast|queue/|rssradio/|readyou
    repod/|rhythmbox|rtl+|saavn|servestream|shadow|snipd|sonnet|soundon|sp-agent|spotify/|spotify_|spreaker|stitcher|storiyoh
    storybutton|subcast|svd hermes|swinsian|swoot|syok|theeconomist|telmate|tpa-wear|treble|truefans|tumult|tunein|turtlecast
    tweetbot|upcast|victorreader|viber/|vodacast|vurbl|wavlake|xiaoyuzhou|ya.music|yandex.music|yapa|zeno|zune
    camino app|gw-device|mr-device|btwebclient|utorrent|lavf|nsplayer|mplayer|audacious|hyper/3|amazon aft|outcast |harley/|microsoft xbox
    goggalaxyclient|gog galaxy
    kodi/|plex/|emby |emby/|infuse|elisa/|strawberry/|haruna/|celluloid/|parole/|totem/|lollypop/|deadbeef/|cmus/|quodlibet/|quod libet
    logitech media server|squeezeplay|bluos/|volumio|bose_|denon |linn ds|transmission/|qbittorrent/
    libreoffice|kmail/|evolution/|claws mail|betterbird/|outlook/|calibre/
    edbrowse/|retawq/|links2|felinks/|browsh/|chawan|amfora/|lagrange/|omniweb/|hotjava/|cyberdog/
    dlnadoc/|sec_hhp_
"""
PROGRAMS += [("s", text) for text in NAMES.strip(" \n").replace("\n    ", "|").replace("\n", "").split("|")]

# Programs of people whose names contain a text of crawlers.
CERTAIN = [("s", "tweetbot/"), ("w", "irobot/")]

# Words in the user agents of people's browsers that the packages lack.
BROWSER_WORDS = """
    linspire likewise spotify spreaker osmeta avira avg avast adg steamdeck squider netscape konqueror honorlock sabayon dragonfly solaris
    ladybird nyxt badwolf beaker ghostery floorp zen aloha sidekick ferdium ferdi arc dia comet
    ephy ultralight catalyst polypane sizzy blisk responsively newmoon serpent centaury interlink epyrus ambassador thorium
    supermium hades interwebppc norton opx cliqz srware citrio orbitum uran webpositive angelfish morph cromite
    bromite mull quetta lemur qwant slack notion figma obsidian joplin logseq typora mailspring betterbird
    evolution claws kmail trojita akregator liferea rssguard calibre anki
    slbchan slbvpv quarkpc quarkclouddrive quarkclouddrivepc
""".split()

# Programs that random-user-agent lists as browsers.
STRANGERS = set("""
    aaatest checkdogbt evopdf expertpdf fetcher googlepagespeed hiqpdf html imgsizer java koepabotbeta nagitest nilmxsnapshot
    pagehandlerpy phantom phantomjs python pythonw rpthttpclient secondlifetest siteshot sortsitecmd test
    webrender yrcweblinkpreview zarafacheck
""".split())
