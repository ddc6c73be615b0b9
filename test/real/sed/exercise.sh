#!/bin/sh
# What sed does, said in text that depends on nothing but sed: its own output, messages and exit statuses.
# Use: exercise.sh SED. Run by the real-program tests, compared byte by byte.
case $1 in /*) SED=$1 ;; *) SED=$PWD/$1 ;; esac
LC_ALL=C
export LC_ALL
dir=$(mktemp -d "${TMPDIR:-/tmp}/sed-exercise.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2
n=0

# One case: its number, then sed's output and messages.
try() {
  n=$((n + 1))
  echo "-- $n"
  "$SED" "$@" <input 2>&1
}
status() {
  "$SED" "$@" <input >/dev/null 2>&1
  echo "-- status $?"
}

printf '%s\n' 'alpha beta' 'one two three' '' 'The quick brown fox' 'jumps over' 'key = value' 'aaa bbb aaa' '12345' 'tab	here' 'end' >input
printf 'no newline' >tail
printf 'first\nsecond\n' >extra

cases() {
# Substitution: flags, groups, special replacements, cases, classes.
try 's/a/X/'; try 's/a/X/g'; try 's/a/X/2'; try 's/a/X/2g'; try -n 's/two/2/p'; try 's/\(.*\) \(.*\)/\2 \1/'
try -E 's/(\w+) (\w+)/\u\1 \U\2\E!/'; try -E 's/([a-z])([a-z]*)/\U\1\E\2/g'; try 's/[[:upper:]]/<&>/g'; try 's/[^a-z ]//g'
try 's/x*/-/g'; try 's,/,|,g;s|b|/|g'; try 's/THE/a/I'; try 's/^/> /;s/$/ </'; try -E 's/(a|b)+/[&]/g'; try -E 's/[0-9]{2}/#/g'
try 's/\(a\)\(a\)\1*/{\1\2}/'; try 's/o/\n/;P;D'; try 's/a\|b/./g'; try 's/\t/TAB/'; try 's/a/\&/'; try -E 's/(x)?y?/<\1>/2'
try 's/\bo/0/g;s/e\b/3/g'; try "s/\\x61/hex/g"; try 's/./&&/3'; try -E 's/^(.)(.)(.)(.)(.)$/\5\4\3\2\1/'; try 's/a/b/w out'
nl -ba out
try 's/.*/printf "%s" "ran &"/e;3q' -n
# Addresses.
try -n '3p'; try -n '2,4p'; try -n '$p'; try -n '/one/,/fox/p'; try -n '/fox/!p'; try -n '0~3p'; try -n '2~4p'; try -n '2,+2p'; try -n '3,~4p'
try '0,/a/d'; try '1,/a/d'; try '/^$/d'; try '5,2d'; try -n '\,one,p'; try -n '/ONE/Ip'; try '2,3!d'; try -n '$!{$!p}'; try -n '/a/{/b/p}'
# Commands.
try '2a\appended text' ; try '2i\  inserted'; try '/fox/c\changed'; try '2,4c\range changed'; try 'y/abc/xyz/'; try -n '='; try -n 'l'; try -n 'l 8'; try '3q'; try '3Q'
try 'n;d'; try '$!N;s/\n/+/'; try 'N;N;s/\n/,/g'; try 'G'; try '1h;2,$H;$!d;x'; try '1!G;h;$!d'; try 'x;p;x'; try '$r extra'; try '1R extra' ; try '2{r extra
N}'; try ':a;s/^.\{1,12\}$/ &/;ta'; try ':x;N;$!bx;s/\n/;/g'; try '/one/{s//1/;b};s/a/A/;T;s/e/E/'; try 'z;s/^$/empty/'; try '2F;2q'; try '1w copied'; try 'e echo before'
try '/quick/{N;P;s/.*\n//}' ; try '$!{h;d};H;x' ; try 'v 4.2' ; try '1~2{N;l 20
}'; try -e 'i\' -e 'two
lines' -e '3q'
# Options.
try -s -n '$p' extra tail; try -n '$p' extra tail; try -z 's/\n/,/g'; try -E -e 's/(a)/[\1]/' -e 's/b/B/'; try --posix 's/a\+/x/'; try -u 2q; try -n --debug 's/a/b/;p'; try -l 5 -n l
"$SED" -i.bak 's/second/2nd/' extra; cat extra extra.bak; "$SED" -n 's/x/y/p;w out2' tail; cat out2 tail
echo 's/one/file/' >script; try -f script; try --expression='2!d' --quiet -e p; try --null-data -n l; try -n 1p nosuchfile; try --line-length=20 -n 1,4l
# Messages and statuses.
for wrong in 's/a' 'y/ab/c/' 'k' '3{p' '}' 's/a/b/q' ':' 'b nowhere' 's/\(/x/' 's/a/\1/' 'u' '2,d' '1,2=x' 'a' 'y/a/' 's/[/x/' '/x' 'dp' '0p' '3!!p' 's/a/b/gg' 'r' 's/a/b/0' '{{p}' '+2p'; do try "$wrong"; done
status q5; status -n; status 's/a'; status '$!d;q7'; status p nosuchfile; status --nosuch; status Q9
# Something longer: a calculation in sed, a reversal, a big pattern space.
printf '%s\n' 'hello' 'sed is a stream editor' | "$SED" -n '/\n/!G;s/\(.\)\(.*\n\)/&\2\1/;//D;s/.//p'
i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); echo "line $i of many: the value is $((i * 37 % 101))"; done >big
"$SED" -n -E 's/^line ([0-9]+) .* ([0-9]+)$/\2:\1/;/^7:/p' big
"$SED" -E ':a;N;$!ba;s/line [0-9]*([05]) of many/*/g;s/[^*]//g' big | cksum
"$SED" 'y/abcdefghij/jihgfedcba/;s/\(value\|many\)/<\1>/g;1~2G;s/ /_/3' big | cksum
}

# The program's own path is taken out by the machine's sed, so that the one under test has no say in it.
cases 2>&1 | sed "s|^$SED:|sed:|"
