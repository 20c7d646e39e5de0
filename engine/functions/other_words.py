"""What other languages and tools call functions, and what to write for them here."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from engine.functions.registry import FUNCTIONS

_TABLE = """
    # what is there
    default ifnull nvl ifempty orelse withdefault firstnonnull              -> coalesce(x, default)
    isnull isnone isnil isundefined                                         -> x == `null`
    exists isdefined defined isset hasvalue isnotnull notnone               -> x != `null`
    isempty empty isblank isnullorempty                                     -> !x, which is true of null, '', [] and {}
    isnotempty notempty isnotblank notblank any                             -> x alone, which is false of null, '', [] and {}
    # conditions
    if iif iff ifelse cond ternary when                                     -> choose(condition, a, b)
    case switch decode vlookup mapcode mapvalue                             -> lookup(map, code)
    not negate                                                              -> !(a == 'x')
    and                                                                     -> a && b
    or                                                                      -> a || b
    eq equals equal is                                                      -> a == b
    ne neq notequals notequal                                               -> a != b
    gt greaterthan                                                          -> a > b
    lt lessthan                                                             -> a < b
    in oneof anyof includes has isin contain                                -> contains(list, value)
    regex matches match regexmatch test like indexof                        -> contains, starts_with or ends_with
    # kinds
    int toint parseint tointeger long cint                                  -> integer(x)
    float tofloat parsefloat double todouble todecimal num                  -> decimal(x)
    number                                                                  -> decimal(x) or integer(x)
    str string tostr tostringvalue cstr                                     -> text(x)
    bool boolean toboolean tobool                                           -> x == 'true'
    round rounded tofixed fixed                                             -> decimal(x, places)
    array toarray aslist tolist                                             -> list(x)
    json tojson stringify jsonencode dumps                                  -> the value itself: the format writes JSON
    urlencode encodeuricomponent escape quote                               -> the value itself: it is encoded where it is sent
    # numbers
    plus addition                                                           -> add(a, b)
    minus sub difference                                                    -> subtract(a, b)
    times mul mult product                                                  -> multiply(a, b)
    div quotient                                                            -> divide(a, b)
    mean average                                                            -> avg(list)
    total                                                                   -> sum(list)
    # text
    concat concatenate strcat                                               -> join('', [a, b]), or a Template
    format sprintf printf stringformat                                      -> a Template, date(x, format) or decimal(x, places)
    substr substring mid left truncate slice                                -> cut(x, n), the first n characters
    strip ltrim rtrim lstrip rstrip                                         -> trim(x)
    padstart padleft leftpad lpad rjust zfill zeropad                       -> pad(x, n)
    uppercase toupper touppercase ucase                                     -> upper(x)
    lowercase tolower tolowercase lcase                                     -> lower(x)
    capitalize title initcap                                                -> upper(x) or lower(x)
    replaceall regexreplace gsub                                            -> replace(x, old, new)
    # lists and objects
    len strlen size sizeof count cardinality                                -> length(x)
    first head                                                              -> x[0]
    last                                                                    -> x[-1]
    nth get element elementat                                               -> at(x, n)
    filter where select selectattr                                          -> x[?field == 'value']
    flatten flat                                                            -> x[]
    take limit skip                                                         -> x[start:stop]
    unique distinct uniq dedupe                                             -> keys(group_by(list, &field))
    items entries toentries                                                 -> `$each`, which gives `key` and `item`
    assign extend union                                                     -> merge(a, b)
    # time and surroundings
    now today currentdate currenttime currentdatetime utcnow sysdate getdate timestamp \
                                                                            -> exchange.at, which is the same at every attempt
    uuid guid uuid4 newguid newuuid generateuuid randomuuid random          -> exchange.key, which is the same at every attempt
    env getenv environ secret secrets config property vars                  -> settings.name, and declare it
    dateformat formatdate strftime formatdatetime datestring                -> date(x, format)
    todate strptime parsetime parsedatetime fromdate datetime               -> parse_date(x, format)
    adddays dateadd plusdays addhours addminutes plushours minusdays        -> later(x, '1d')
"""


def _read(table: str) -> dict[str, str]:
    found = {}
    for line in table.splitlines():
        words, _, remedy = line.partition("->")
        found.update(dict.fromkeys(words.split(), remedy.strip()) if remedy else {})
    return found


MEANT: Mapping[str, str] = _read(_TABLE)
"""A word without its capitals and `_`, and what to write for it."""


def instead(name: str) -> str:
    """The remedy for a function there is none of."""
    folded = _folded(name)
    if folded in MEANT:
        return f"write {MEANT[folded]}"
    known = {_folded(one): one for one, function in FUNCTIONS.items() if not function.instead}
    near = get_close_matches(folded, known, 1, cutoff=0.7)
    return f'did you mean "{known[near[0]]}"?' if near else "`engine functions` lists them all"


def _folded(name: str) -> str:
    return name.replace("_", "").lower()
