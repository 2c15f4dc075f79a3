"""The options of the `curl` command by what they mean for a request, as `curl --help all` lists them.

`REQUEST` options are part of the request. `HARMLESS` ones change how curl reports, connects or retries,
and say nothing about the request itself. `OTHER` ones change it in ways that no snippet expresses.
An `=` behind a name says that the option takes a value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from snippetgen.errors import InputError

__all__ = ["Option", "read_options"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


REQUEST = _names("""
compressed cookie= data= data-ascii= data-binary= data-raw= data-urlencode= form= form-string= get globoff
head header= json= next oauth2-bearer= range= referer= request= upload-file= url= url-query= user=
user-agent= anyauth basic digest negotiate ntlm form-escape path-as-is
""")
HARMLESS = _names("""
alpn alt-svc= append buffer ca-native cacert= capath= cert-status ciphers= clobber compressed-ssh
connect-timeout= connect-to= cookie-jar= create-dirs create-file-mode= crlfile= curves= disable
disallow-username-in-url dns-interface= dns-ipv4-addr= dns-ipv6-addr= dns-servers= doh-cert-status
doh-insecure doh-url= dump-ca-embed dump-header= ech= engine= etag-save= expect100-timeout= fail fail-early
fail-with-body false-start happy-eyeballs-timeout-ms= hsts= http0.9 http1.0 http1.1 http2
http2-prior-knowledge http3 http3-only ignore-content-length include insecure interface= ip-tos= ipv4 ipv6
junk-session-cookies keepalive keepalive-cnt= keepalive-time= libcurl= limit-rate= local-port= location
location-trusted max-filesize= max-redirs= max-time= metalink mptcp no-alpn no-buffer no-clobber
no-keepalive no-npn no-progress-meter no-sessionid noproxy= npn out-null output= output-dir= parallel
parallel-immediate parallel-max= parallel-max-host= pinnedpubkey= post301 post302 post303 preproxy=
progress-bar progress-meter proto= proto-default= proto-redir= proxy= proxy-anyauth proxy-basic
proxy-ca-native proxy-cacert= proxy-capath= proxy-cert= proxy-cert-type= proxy-ciphers= proxy-crlfile=
proxy-digest proxy-header= proxy-http2 proxy-insecure proxy-key= proxy-key-type= proxy-negotiate proxy-ntlm
proxy-pass= proxy-pinnedpubkey= proxy-service-name= proxy-ssl-allow-beast proxy-ssl-auto-client-cert
proxy-tls13-ciphers= proxy-tlsauthtype= proxy-tlspassword= proxy-tlsuser= proxy-tlsv1 proxy-user=
proxy1.0= proxytunnel random-file= rate= raw remote-header-name remote-name remote-name-all remote-time
remove-on-error resolve= retry= retry-all-errors retry-connrefused retry-delay= retry-max-time=
service-name= sessionid show-error show-headers silent skip-existing socks4= socks4a= socks5= socks5-basic
socks5-gssapi socks5-gssapi-nec socks5-gssapi-service= socks5-hostname= speed-limit= speed-time= ssl
ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 stderr=
styled-output suppress-connect-headers tcp-fastopen tcp-nodelay test-event tls-earlydata tls-max=
tls13-ciphers= tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 trace= trace-ascii= trace-config= trace-ids
trace-time verbose vlan-priority= write-out= xattr
""")
OTHER = _names("""
abstract-unix-socket= aws-sigv4= cert= cert-type= config= continue-at= crlf delegation= egd-file=
etag-compare= ftp-account= ftp-alternative-to-user= ftp-create-dirs ftp-method= ftp-pasv ftp-port= ftp-pret
ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-ccc-mode= ftp-ssl-control haproxy-clientip= haproxy-protocol help
hostpubmd5= hostpubsha256= ipfs-gateway= key= key-type= krb= list-only login-options= mail-auth= mail-from=
mail-rcpt= mail-rcpt-allowfails manual netrc netrc-file= netrc-optional ntlm-wb pass= pubkey= quote=
request-target= sasl-authzid= sasl-ir telnet-option= tftp-blksize= tftp-no-options time-cond=
tlsauthtype= tlspassword= tlsuser= tr-encoding unix-socket= use-ascii variable= version
""")
SHORT = dict(
    pair.split(":")
    for pair in """
a:append A:user-agent b:cookie B:use-ascii c:cookie-jar C:continue-at d:data D:dump-header e:referer E:cert
f:fail F:form g:globoff G:get h:help H:header i:include I:head j:junk-session-cookies J:remote-header-name
k:insecure K:config l:list-only L:location m:max-time M:manual n:netrc N:no-buffer o:output O:remote-name
p:proxytunnel P:ftp-port q:disable Q:quote r:range R:remote-time s:silent S:show-error t:telnet-option
T:upload-file u:user U:proxy-user v:verbose V:version w:write-out x:proxy X:request y:speed-time Y:speed-limit
z:time-cond Z:parallel #:progress-bar 0:http1.0 1:tlsv1 2:sslv2 3:sslv3 4:ipv4 6:ipv6
""".split()  # noqa: SIM905  # a table that fits on a page
) | {":": "next"}
_KINDS = {
    name: kind
    for kind, names in {"request": REQUEST, "harmless": HARMLESS, "other": OTHER}.items()
    for name in names
}
_TAKES = {name.removesuffix("="): name.endswith("=") for name in _KINDS}


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command, by its long name; a URL that stands alone is the option `url`.

    `kind` is request, harmless or other; `on` is False for `--no-…`.
    """

    name: str
    value: str
    kind: str
    on: bool = True


def read_options(words: Sequence[str]) -> Iterator[Option]:
    """The options behind the command's name."""
    rest = deque(words)
    while rest:
        word = rest.popleft()
        if word == "--":
            yield from (Option("url", url, "request") for url in rest)
            return
        if word.startswith("--"):
            name, on = _long(word[2:])
            yield _option(name, _value(name, word, rest) if _TAKES[name] else "", on=on)
        elif word.startswith("-") and word != "-":
            yield from _cluster(word, rest)
        else:
            yield Option("url", word, "request")


def _option(name: str, value: str = "", *, on: bool = True) -> Option:
    return Option(name, value, _KINDS[f"{name}=" if _TAKES[name] else name], on)


def _value(name: str, word: str, rest: deque[str]) -> str:
    if not rest:
        raise InputError(f"curl's {word} lacks its value (--{name})")
    return rest.popleft()


def _long(name: str) -> tuple[str, bool]:
    """The full name of a long option, which may be cut short while it is unique, and whether it is on."""
    if name in _TAKES:
        return name, True
    if name.startswith("no-") and _TAKES.get(name[3:]) is False:
        return name[3:], False
    fitting = sorted(known for known in _TAKES if known.startswith(name))
    if len(fitting) == 1:
        return fitting[0], True
    raise InputError(
        f"curl has no option --{name}" if not fitting else f"--{name} is short for {', '.join(fitting)}"
    )


def _cluster(word: str, rest: deque[str]) -> Iterator[Option]:
    """Short options in one word, the last of which may hold its value."""
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in SHORT:
            raise InputError(f"curl has no option -{letter} (in {word!r})")
        name = SHORT[letter]
        if _TAKES[name]:
            yield _option(name, letters or _value(name, f"-{letter}", rest))
            return
        yield _option(name)
